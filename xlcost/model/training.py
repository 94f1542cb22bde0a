"""Training: what the run that ships needs, and what it costs."""

from xlcost.model.constants import (
    ATTENTION_FLOP,
    BYTES_PER_GB,
    CAUSAL_SHARE,
    CUBE_ROOT,
    DIMS_PER_LAYER,
    FLOP_PER_TFLOP,
    FORWARD_FLOP,
    PARAMS_PER_LAYER,
    SECONDS_PER_HOUR,
    TOKENS_PER_MTOKEN,
    VOCABULARY,
)
from xlcost.model.words import (
    BY_TOKEN,
    NO_PRICE,
    Table,
    both,
    ceil,
    is_known,
    is_number,
    lookup,
    lookup_or,
    minimum,
    quantity,
    where,
)

MODELS = Table("models")
METHODS = Table("methods")
GPUS = Table("gpus")
GPU_OFFERS = Table("gpu_offers")
TUNING_OFFERS = Table("tuning_offers")


# The model


@quantity("Parameters", "param", overridable=True)
def model_params(trained_model):
    """Of the chosen model, from the catalogue."""
    return lookup(MODELS.params, trained_model)


@quantity("Active parameters", "param", overridable=True)
def active_params(trained_model, model_params):
    """Those that one token passes through. A model that isn't listed is taken as dense."""
    return where(trained_model == "custom", model_params, lookup(MODELS.active_params, trained_model))


@quantity("Layers of a model of usual shape", "layer")
def usual_layers(active_params):
    """By its active size: layers times width squared make it, and width is in proportion to layers."""
    return (active_params / (PARAMS_PER_LAYER * DIMS_PER_LAYER**2)) ** CUBE_ROOT


@quantity("Layers", "layer", overridable=True)
def layers(trained_model, usual_layers):
    """Of an unlisted model: those of a usual shape."""
    return where(trained_model == "custom", usual_layers, lookup(MODELS.layers, trained_model))


@quantity("Attention width of a model of usual shape", "dim")
def usual_width(layers):
    """In proportion to its layers."""
    return layers * DIMS_PER_LAYER


@quantity("Attention width", "dim", overridable=True)
def attention_width(trained_model, usual_width):
    """Heads times head size. Of an unlisted model: that of a usual shape."""
    return where(trained_model == "custom", usual_width, lookup(MODELS.attention_width, trained_model))


@quantity("Parameters in matrix products of a model of usual shape", "param")
def usual_matmul_params(active_params, attention_width):
    """Active parameters less a usual embedding, which is at most half of them."""
    return active_params - minimum(VOCABULARY * attention_width, active_params / 2)


@quantity("Parameters in matrix products", "param", overridable=True)
def matmul_params(trained_model, usual_matmul_params):
    """Active parameters less the input embedding. Of an unlisted model: those of a usual shape."""
    return where(trained_model == "custom", usual_matmul_params, lookup(MODELS.matmul_params, trained_model))


# Its tokens and its compute


@quantity("Tokens of an example, as trained", "token/example")
def padded_tokens(packing, tokens_per_example, sequence_tokens):
    """Packed examples waste nothing; others are padded to the sequence length."""
    return where(packing == "packed", tokens_per_example, sequence_tokens)


@quantity("Trained tokens", "token")
def trained_tokens(trained_examples, padded_tokens, epochs):
    """Examples times tokens times epochs. Masking the loss on the prompt lowers neither compute nor price."""
    return trained_examples * padded_tokens * epochs


@quantity("FLOP for a parameter and token", "FLOP/param/token")
def flops_per_param(trained_method):
    """Forward and backward pass. LoRA skips the weight gradients of the frozen model: a third, not nearly all.

    Kaplan et al. 2001.08361; Hu et al. 2106.09685.
    """
    return lookup(METHODS.flops_per_param_token, trained_method)


@quantity("FLOP of attention for a token", "FLOP/token")
def attention_flops(layers, attention_width, sequence_tokens):
    """To the tokens before it, in every layer. PaLM 2204.02311, appendix B."""
    return ATTENTION_FLOP * CAUSAL_SHARE * layers * attention_width * sequence_tokens


@quantity("FLOP for a trained token", "FLOP/token")
def flops_per_token(flops_per_param, matmul_params, attention_flops):
    """Matrix products, and attention."""
    return flops_per_param * matmul_params + attention_flops


@quantity("Compute of the objective, against plain fine-tuning", "x")
def objective_factor(objective, flops_per_param):
    """DPO trains on two answers, and has a frozen reference model read both. Rafailov et al. 2305.18290."""
    return where(objective == "DPO", 2 * (1 + FORWARD_FLOP / flops_per_param), 1)


@quantity("FLOP of one run", "FLOP")
def run_flops(trained_tokens, flops_per_token, objective_factor):
    """All tokens, all epochs."""
    return trained_tokens * flops_per_token * objective_factor


@quantity("Tokens trained in a second", "token/second/GPU")
def train_tokens_per_second(
    gpu_tflops, mfu, scaling_efficiency, flops_per_token, objective_factor, checkpointing_factor
):
    """What the GPU sustains, over the FLOP for a token."""
    return (
        gpu_tflops
        * FLOP_PER_TFLOP
        * mfu
        * scaling_efficiency
        / (flops_per_token * objective_factor * checkpointing_factor)
    )


@quantity("GPU-hours of one run", "GPU-hour")
def run_gpu_hours(run_flops, checkpointing_factor, gpu_tflops, mfu, scaling_efficiency):
    """Model FLOPs divided by what the GPU sustains. MFU as defined in PaLM 2204.02311, appendix B."""
    return (
        run_flops * checkpointing_factor / (gpu_tflops * FLOP_PER_TFLOP * mfu * scaling_efficiency) / SECONDS_PER_HOUR
    )


# What a rented GPU costs


@quantity("GPU offer", "text", overridable=True)
def gpu_offer(gpu):
    """The named offer that is the default for this GPU; the catalogue says why."""
    return lookup(GPUS.offer, gpu)


@quantity("GPU price", "USD/GPU-hour", overridable=True)
def gpu_price(purchase, on_demand_price, spot_price, commit_price, owned_paid_price):
    """As GPUs are bought, at that offer.

    Of one's own: what is paid for an hour of use.
    """
    return where(
        purchase == "on demand",
        on_demand_price,
        where(purchase == "spot", spot_price, where(purchase == "owned", owned_paid_price, commit_price)),
    )


@quantity("GPUs in an instance", "GPU/instance", overridable=True)
def gpus_per_instance(gpu_offer):
    """Where a node is sold whole, all of its GPUs are paid."""
    return lookup(GPU_OFFERS.gpus_per_instance, gpu_offer)


@quantity("Instances", "instance")
def instances(gpus, gpus_together):
    """Whole ones."""
    return ceil(gpus / gpus_together)


@quantity("Hours of one run", "hour")
def run_hours(run_gpu_hours, gpus, wasted_share):
    """On the clock, with the time in which the GPUs wait, and with runs that are lost."""
    return run_gpu_hours / gpus * (1 + wasted_share)


@quantity("Hours billed", "hour")
def billed_hours(purchase, paid_hours, billing_step):
    """Rounded up to what the provider bills. Nobody bills one's own GPUs."""
    return where(purchase == "owned", paid_hours, ceil(paid_hours / billing_step) * billing_step)


@quantity("GPU-hours billed", "GPU-hour")
def billed_gpu_hours(billed_hours, instances, gpus_together):
    """Every GPU of every instance, used or not."""
    return billed_hours * instances * gpus_together


@quantity("One run on rented GPUs", "USD")
def rented_run_cost(billed_gpu_hours, run_gpu_price):
    """GPU-hours billed at their price."""
    return billed_gpu_hours * run_gpu_price


# What a managed API costs


@quantity("Billed by the hour", "flag")
def api_by_the_hour(tuning_offer):
    """Reinforcement fine-tuning is, whatever its tokens."""
    return where(is_known(TUNING_OFFERS.train_hour_price, tuning_offer), 1, 0)


@quantity("Price of managed training by the hour", "USD/hour", overridable=True)
def api_hour_price(tuning_offer):
    """Where it is billed so."""
    return lookup_or(TUNING_OFFERS.train_hour_price, tuning_offer, BY_TOKEN)


@quantity("The offer has a price for this objective", "flag")
def train_price_known(objective, tuning_offer):
    """By the token. An offer that supervises may not cover DPO, or at another price."""
    return where(
        objective == "DPO",
        where(is_known(TUNING_OFFERS.dpo_price, tuning_offer), 1, 0),
        where(is_known(TUNING_OFFERS.train_price, tuning_offer), 1, 0),
    )


@quantity("Price of managed training is estimated", "flag")
def train_price_estimated(train_price_known, api_by_the_hour, estimate_missing):
    """Where the offer has none, and estimates are allowed."""
    return where(
        train_price_known > 0,
        0,
        where(both(api_by_the_hour < 1, estimate_missing == "yes"), 1, 0),
    )


@quantity("Price of supervised training, from that of reading", "USD/Mtoken")
def reading_estimate(api_input_price, train_to_input_ratio, trained_method, full_to_lora_ratio):
    """Training takes three times the compute of reading the same tokens; full fine-tuning is sold at twice LoRA."""
    return api_input_price * train_to_input_ratio * where(trained_method == "full", full_to_lora_ratio, 1)


@quantity("Price of supervised training at the offer", "USD/Mtoken")
def listed_train_price(tuning_offer):
    """Where it has one."""
    return lookup_or(TUNING_OFFERS.train_price, tuning_offer, NO_PRICE)


@quantity("Price of supervised training, known or estimated", "USD/Mtoken")
def sft_price_estimate(listed_train_price, reading_estimate):
    """At the offer; where it has none, from the price of reading."""
    return where(is_number(listed_train_price), listed_train_price, reading_estimate)


@quantity("Price of managed training, if it is estimated", "USD/Mtoken")
def train_price_estimate(sft_price_estimate, objective, dpo_to_sft_ratio):
    """DPO is sold at twice supervised fine-tuning, where both have a price."""
    return sft_price_estimate * where(objective == "DPO", dpo_to_sft_ratio, 1)


@quantity("The price of DPO is that of the offer", "flag")
def dpo_price_offered(objective, train_price_estimated):
    """Where DPO is chosen, and not estimated. If the offer has none, it is #N/A."""
    return where(both(objective == "DPO", train_price_estimated < 1), 1, 0)


@quantity("Price of DPO at the offer", "USD/Mtoken")
def offered_dpo_price(dpo_price_offered, tuning_offer):
    """Both answers are in it."""
    return where(dpo_price_offered > 0, lookup(TUNING_OFFERS.dpo_price, tuning_offer), NO_PRICE)


@quantity("Price of supervised training, where it is not estimated", "USD/Mtoken")
def offered_sft_price(train_price_estimated, tuning_offer):
    """At the offer. If it has none, it is #N/A."""
    return where(train_price_estimated > 0, NO_PRICE, lookup(TUNING_OFFERS.train_price, tuning_offer))


@quantity("Price of managed training", "USD/Mtoken", overridable=True)
def api_train_price(
    train_price_estimated, train_price_estimate, dpo_price_offered, offered_dpo_price, offered_sft_price
):
    """For a million trained tokens. A price that isn't known is unknown, not nothing."""
    return where(
        train_price_estimated > 0,
        train_price_estimate,
        where(dpo_price_offered > 0, offered_dpo_price, offered_sft_price),
    )


@quantity("Tokens billed by the API", "token")
def api_billed_tokens(trained_tokens, validation_tokens, validation_passes):
    """Validation is billed too."""
    return trained_tokens + validation_tokens * validation_passes


@quantity("One run through the API", "USD")
def api_run_cost(api_by_the_hour, rft_hours, api_hour_price, api_billed_tokens, api_train_price):
    """Tokens at the price of managed training; hours, where it is billed by them."""
    return where(
        api_by_the_hour > 0, rft_hours * api_hour_price, api_billed_tokens / TOKENS_PER_MTOKEN * api_train_price
    )


# The run that ships


@quantity("One run", "USD")
def run_cost(training_route, rented_run_cost, api_run_cost):
    """By the chosen route."""
    return where(training_route == "API", api_run_cost, rented_run_cost)


@quantity("Trained parameters", "param", overridable=True)
def trained_params(trained_method, model_params, lora_params):
    """All of them, or those of the adapter."""
    return where(trained_method == "full", model_params, lora_params)


@quantity("Bytes of a checkpoint for a trained parameter", "byte/param")
def checkpoint_bytes(trained_method):
    """Weights and optimiser state."""
    return lookup(METHODS.checkpoint_bytes, trained_method)


@quantity("Size of a checkpoint", "GB/checkpoint")
def checkpoint_size(trained_params, checkpoint_bytes):
    """Of what is trained."""
    return trained_params * checkpoint_bytes / BYTES_PER_GB


@quantity("Price of storing checkpoints at the API", "USD/GB-month", overridable=True)
def api_checkpoint_price(tuning_offer):
    """At the offer. Most name none."""
    return lookup_or(TUNING_OFFERS.storage_price, tuning_offer, NO_PRICE)


@quantity("Price of storing checkpoints", "USD/GB-month")
def checkpoint_price(training_route, api_checkpoint_price, storage_price):
    """Of one's own storage; or what the offer asks, where it asks anything."""
    return where(training_route == "API", api_checkpoint_price, storage_price)


@quantity("Storage of checkpoints", "USD")
def checkpoint_cost(checkpoint_price, checkpoint_size, checkpoints, checkpoint_months, models_to_ship):
    """Of every model. Most APIs keep their own, and ask nothing for it."""
    return where(
        is_number(checkpoint_price),
        checkpoint_size * checkpoints * checkpoint_price * checkpoint_months * models_to_ship,
        0,
    )


@quantity("Own people on training", "USD")
def training_people_cost(training_hours, staff_hour_rate):
    """Setting up and watching the run that ships, at the loaded rate."""
    return training_hours * staff_hour_rate


@quantity("The runs that ship", "USD")
def shipped_run_cost(models_to_ship, run_cost):
    """One for each model."""
    return models_to_ship * run_cost


@quantity("Training", "USD")
def training_cost(shipped_run_cost, checkpoint_cost, training_people_cost, stage_pays_people, training_capital_cost):
    """The runs that ship, and own GPUs where they are bought for it. Runs before those are iteration."""
    return shipped_run_cost + checkpoint_cost + stage_pays_people * training_people_cost + training_capital_cost

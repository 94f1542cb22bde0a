"""Memory: what a training run needs on each GPU, how many GPUs that makes, and what of it is largest.

GB are decimal, as everywhere. Weights, gradients and optimiser states can be divided among the GPUs, and what is
kept of the tokens can't: each GPU has tokens of its own. Korthikanti et al. 2205.05198; Rajbhandari et al. 1910.02054.
"""

from xlcost.model.constants import (
    BYTES_PER_GB,
    CHUNKED_LOGITS,
    EMBEDDING,
    FITTING_SHARE,
    GATED_KEPT,
    GATED_MATRICES,
    KEPT_BYTES,
    KEPT_IN_4_BIT,
    LOGIT_BYTES,
    MATRIX_WEIGHT,
    NF4_BYTES,
    ONE_GPU,
    ONE_LAYER,
    PLAIN_BYTES,
    PLAIN_KEPT,
    SOLD_GB,
    USUAL_FFN,
    VOCABULARY,
    WIDTH_KEPT,
)
from xlcost.model.words import (
    NOT_FEASIBLE,
    Table,
    first_where,
    floor,
    largest,
    lookup,
    maximum,
    minimum,
    quantity,
    where,
)

MODELS = Table("models")
OPTIMIZERS = Table("optimizers")
GPUS = Table("gpus")


def matrices(params, embedding_params, layers, attention_params, matrix_params):
    """Matrices of a feed-forward block, counted from what is left of the parameters. Norms and biases round away."""
    return floor(((params - embedding_params) / layers - attention_params) / matrix_params + 1 / 2)


def shards(sharding, gpus):
    """Among how many GPUs the model is divided."""
    return where(sharding == "none", ONE_GPU, gpus)


def gathered(shards, gathered_share, weights_memory):
    """What a GPU holds of the others' weights while it computes."""
    return where(shards > ONE_GPU, weights_memory * gathered_share, 0)


def peak(states, gradients, kept, accumulation_steps):
    """Gradients and what is kept of the tokens: both at once only where gradients wait for further micro-batches."""
    return states + where(accumulation_steps > 1, gradients + kept, maximum(gradients, kept))


# The model's dimensions


@quantity("Hidden size", "dim", overridable=True)
def hidden(trained_model, attention_width):
    """Width of what passes from layer to layer. Of an unlisted model: the attention width."""
    return where(trained_model == "custom", attention_width, lookup(MODELS.hidden, trained_model))


@quantity("Feed-forward size", "dim", overridable=True)
def ffn(trained_model, hidden):
    """Of one expert, in a mixture of experts. Of an unlisted model: 8/3 of the hidden size, as in Llama."""
    return where(trained_model == "custom", USUAL_FFN * hidden, lookup(MODELS.ffn, trained_model))


@quantity("Key-value width", "dim", overridable=True)
def kv_width(trained_model, attention_width):
    """Key-value heads times head size. Of an unlisted model: the attention width."""
    return where(trained_model == "custom", attention_width, lookup(MODELS.kv_width, trained_model))


@quantity("Vocabulary", "count", overridable=True)
def vocab(trained_model):
    """Entries. Of an unlisted model: those of Llama 3."""
    return where(trained_model == "custom", VOCABULARY / EMBEDDING, lookup(MODELS.vocab, trained_model))


@quantity("Output head shares the embedding", "flag", overridable=True)
def tied_head(trained_model):
    """Small models share it. An unlisted model is taken not to."""
    return where(trained_model == "custom", 0, lookup(MODELS.tied, trained_model))


@quantity("Parameters of the output head", "param")
def head_params(vocab, hidden):
    """A row for each entry of the vocabulary."""
    return EMBEDDING * vocab * hidden


@quantity("Parameters of embedding and head", "param")
def embedding_params(head_params, tied_head, model_params):
    """The head, and an embedding of the same size unless they share it; at most half of the parameters."""
    return minimum(head_params * (2 - tied_head), model_params / 2)


@quantity("Parameters of attention in a layer", "param/layer")
def attention_params(hidden, attention_width, kv_width):
    """Query and output, key and value."""
    return MATRIX_WEIGHT * 2 * hidden * (attention_width + kv_width)


@quantity("Parameters of a feed-forward matrix", "param/layer")
def matrix_params(hidden, ffn):
    """From the hidden to the feed-forward size, or back."""
    return MATRIX_WEIGHT * hidden * ffn


@quantity("Feed-forward matrices in a layer", "count", overridable=True)
def ffn_matrices(model, model_params, embedding_params, layers, attention_params, matrix_params):
    """3 with a gate, 2 without; those of all experts. Counted from the parameters; of an unlisted model 3."""
    return where(
        model == "custom",
        GATED_MATRICES,
        matrices(model_params, embedding_params, layers, attention_params, matrix_params),
    )


@quantity("Feed-forward matrices that a token passes", "count", overridable=True)
def active_matrices(model, ffn_matrices, active_params, embedding_params, layers, attention_params, matrix_params):
    """Those of the experts that it is sent to. Counted from the active parameters."""
    return where(
        model == "custom",
        ffn_matrices,
        matrices(active_params, embedding_params, layers, attention_params, matrix_params),
    )


# What is trained


@quantity("Sides of the adapted attention matrices", "dim")
def attention_adapter(lora_modules, hidden, attention_width, kv_width):
    """Rows and columns of query and value in a layer, or of all four. Half of the latter, by their symmetry."""
    return (2 * hidden + attention_width + kv_width) * where(lora_modules == "q and v", 1, 2)


@quantity("Sides of the adapted feed-forward matrices", "dim")
def ffn_adapter(lora_modules, ffn_matrices, hidden, ffn):
    """Rows and columns of each, of all experts; none where only query and value are adapted."""
    return where(lora_modules == "q and v", 0, ffn_matrices * (hidden + ffn))


@quantity("Parameters of the adapter", "param")
def lora_params(lora_rank, layers, attention_adapter, ffn_adapter):
    """Rank times rows plus columns of every adapted matrix. Hu et al. 2106.09685."""
    return MATRIX_WEIGHT * lora_rank * layers * (attention_adapter + ffn_adapter)


# Weights, gradients, optimiser: for all GPUs together


@quantity("Bytes of a weight in the layers", "byte/param", overridable=True)
def weight_bytes(trained_method):
    """bf16; with QLoRA 4-bit NF4 and its constants, quantised once more. Dettmers et al. 2305.14314."""
    return where(trained_method == "QLoRA", NF4_BYTES, PLAIN_BYTES)


@quantity("Parameters beside the model", "param")
def beside_params(trained_method, model_params, trained_params, objective):
    """The adapter; or, where all of the model is trained by DPO, the reference model."""
    return where(trained_method == "full", where(objective == "DPO", model_params, 0), trained_params)


@quantity("Weights", "GB")
def weights_memory(model_params, embedding_params, weight_bytes, beside_params):
    """Of the layers; embedding and head in bf16; and what stands beside the model."""
    return (
        (model_params - embedding_params) * weight_bytes + (embedding_params + beside_params) * PLAIN_BYTES
    ) / BYTES_PER_GB


@quantity("Gradients", "GB")
def gradients_memory(trained_params, optimizer):
    """Of what is trained."""
    return trained_params * lookup(OPTIMIZERS.gradient_bytes, optimizer) / BYTES_PER_GB


@quantity("Optimiser states", "GB")
def optimizer_memory(trained_params, optimizer):
    """Moments, and a copy of the weights in full precision where the optimiser keeps one; of what is trained."""
    return trained_params * lookup(OPTIMIZERS.state_bytes, optimizer) / BYTES_PER_GB


# What is kept of the tokens of a GPU


@quantity("Feed-forward size that a token passes", "dim")
def active_ffn(ffn, active_matrices):
    """That of one block, or of all experts that it is sent to."""
    return ffn * maximum(1, active_matrices / GATED_MATRICES)


@quantity("Inputs of products kept besides", "x")
def kept_inputs(trained_method, lora_modules, weight_bytes):
    """Once where the matrices are trained or adapted; and a half more than once where they are 4-bit."""
    return where(trained_method == "full", 1, where(lora_modules == "q and v", 0, 1)) + where(
        weight_bytes < PLAIN_BYTES, KEPT_IN_4_BIT, 0
    )


@quantity("Activations of a layer, for a token", "byte/token/layer")
def layer_activation(hidden, active_ffn, active_matrices, kept_inputs):
    """What the backward pass needs again: 2(9h + 4.5 ff) bytes, less without a gate, and the inputs of products."""
    return KEPT_BYTES * (
        hidden * (WIDTH_KEPT + 2 * kept_inputs)
        + active_ffn * (where(active_matrices < GATED_MATRICES, PLAIN_KEPT, GATED_KEPT) + kept_inputs)
    )


@quantity("Activations that stay, for a token", "byte/token")
def stored_activation(activation_checkpointing, layers, hidden, layer_activation):
    """Until the backward pass: of every layer; with checkpointing the input of each."""
    return where(activation_checkpointing == "yes", KEPT_BYTES * hidden, layer_activation) * layers


@quantity("Activations for a token", "byte/token")
def token_activation(activation_checkpointing, stored_activation, layer_activation):
    """Those that stay; with checkpointing also one layer, which is computed again."""
    return stored_activation + where(activation_checkpointing == "yes", layer_activation * ONE_LAYER, 0)


@quantity("Tokens on a GPU at once", "token/GPU")
def batch_tokens(micro_batch, sequence_tokens, objective):
    """Sequences of a micro-batch times their length. DPO reads two answers for one."""
    return micro_batch * sequence_tokens * where(objective == "DPO", 2, 1)


@quantity("Activations", "GB/GPU")
def activation_memory(batch_tokens, token_activation):
    """Of the tokens on a GPU. More GPUs don't make them less."""
    return batch_tokens * token_activation / BYTES_PER_GB


@quantity("Logits", "GB/GPU")
def logits_memory(batch_tokens, vocab, loss):
    """A score for every entry of the vocabulary, with copies and gradients; in chunks an eighth."""
    return batch_tokens * vocab * LOGIT_BYTES / BYTES_PER_GB * where(loss == "chunked", CHUNKED_LOGITS, 1)


@quantity("Weights unpacked", "GB/GPU")
def unpacked_memory(weight_bytes, head_params, matrix_params):
    """A bf16 copy of the head and of the largest matrix, while 4-bit weights are loaded and used."""
    return where(weight_bytes < PLAIN_BYTES, (head_params + matrix_params * ONE_LAYER) * PLAIN_BYTES, 0) / (
        BYTES_PER_GB * ONE_GPU
    )


@quantity("Share of the weights that is gathered", "1/GPU")
def gathered_share(gathering, layers):
    """On each GPU of a divided model: those of two layers, or all."""
    return where(gathering == "all", 1, 2 * ONE_LAYER / layers) / ONE_GPU


@quantity("Kept of the tokens", "GB/GPU")
def kept_memory(batch_tokens, stored_activation, activation_memory, logits_memory):
    """At its most: when the loss is computed, or later, when logits have gone and a layer is computed again."""
    return maximum(activation_memory, batch_tokens * stored_activation / BYTES_PER_GB + logits_memory)


# On the GPUs of the case


@quantity("GPUs that the model is divided among", "GPU")
def model_shards(sharding, gpus):
    """All of the case, or each has a copy."""
    return shards(sharding, gpus)


@quantity("Weights on each GPU", "GB/GPU")
def weights_on_gpu(weights_memory, model_shards, gathered_share, unpacked_memory):
    """Its share, what it gathers of the others, and what is unpacked."""
    return weights_memory / model_shards + gathered(model_shards, gathered_share, weights_memory) + unpacked_memory


@quantity("Optimiser states on each GPU", "GB/GPU")
def optimizer_on_gpu(optimizer_memory, model_shards):
    """Its share."""
    return optimizer_memory / model_shards


@quantity("Gradients on each GPU", "GB/GPU")
def gradients_on_gpu(gradients_memory, model_shards):
    """Its share."""
    return gradients_memory / model_shards


@quantity("Tensors on each GPU", "GB/GPU")
def tensor_memory(weights_on_gpu, optimizer_on_gpu, gradients_on_gpu, kept_memory, accumulation_steps):
    """All of it at its peak. A run of single micro-batches frees what it kept as gradients come."""
    return peak(weights_on_gpu + optimizer_on_gpu, gradients_on_gpu, kept_memory, accumulation_steps)


@quantity("Memory on each GPU", "GB/GPU")
def gpu_memory(tensor_memory, overhead_share, overhead_memory):
    """Tensors, gaps between them, and what the software takes for itself."""
    return tensor_memory * (1 + overhead_share) + overhead_memory


@quantity("Largest part", "GB/GPU")
def largest_part(weights_on_gpu, optimizer_on_gpu, gradients_on_gpu, activation_memory, logits_memory):
    """The one to start with, if it has to become less."""
    return maximum(weights_on_gpu, optimizer_on_gpu, gradients_on_gpu, activation_memory, logits_memory)


@quantity("Larger of weights and what is kept", "text")
def binding_tokens(largest_part, activation_memory, logits_memory):
    """Where neither optimiser states nor gradients are largest."""
    return where(
        activation_memory >= largest_part, "activations", where(logits_memory >= largest_part, "logits", "weights")
    )


@quantity("What binds", "text")
def binding_part(largest_part, optimizer_on_gpu, gradients_on_gpu, binding_tokens):
    """The part of the memory that is largest."""
    return where(
        optimizer_on_gpu >= largest_part,
        "optimiser states",
        where(gradients_on_gpu >= largest_part, "gradients", binding_tokens),
    )


# How many GPUs it takes


@quantity("Memory of a GPU, as sold", "GB/GPU", overridable=True)
def gpu_memory_sold(gpu):
    """From the catalogue."""
    return lookup(GPUS.memory_gb, gpu)


@quantity("Memory to be filled", "GB/GPU")
def usable_memory(gpu_memory_sold):
    """92% of it. A GPU that is sold with 80 GB has 80 GiB, which are 85.9 GB."""
    return gpu_memory_sold * SOLD_GB * FITTING_SHARE


@quantity("GPUs that the model is divided among, candidate", "GPU")
def candidate_shards(sharding, gpu_count):
    """All of so many, or each has a copy."""
    return shards(sharding, gpu_count)


@quantity("Weights and states, candidate", "GB/GPU")
def candidate_states(weights_memory, optimizer_memory, candidate_shards, gathered_share):
    """On each of so many GPUs."""
    return (weights_memory + optimizer_memory) / candidate_shards + gathered(
        candidate_shards, gathered_share, weights_memory
    )


@quantity("Gradients, candidate", "GB/GPU")
def candidate_gradients(gradients_memory, candidate_shards):
    """On each of so many GPUs."""
    return gradients_memory / candidate_shards


@quantity("Tensors, candidate", "GB/GPU")
def candidate_tensors(candidate_states, unpacked_memory, candidate_gradients, kept_memory, accumulation_steps):
    """On each of so many GPUs, at the peak."""
    return peak(candidate_states + unpacked_memory, candidate_gradients, kept_memory, accumulation_steps)


@quantity("Memory, candidate", "GB/GPU")
def candidate_memory(candidate_tensors, overhead_share, overhead_memory):
    """On each of so many GPUs."""
    return candidate_tensors * (1 + overhead_share) + overhead_memory


@quantity("Fits", "flag")
def fits(candidate_memory, usable_memory):
    """Whether so many GPUs have the memory."""
    return where(candidate_memory <= usable_memory, 1, 0)


@quantity("A number of GPUs has the memory", "flag")
def gpus_feasible(fits):
    """If none has, a smaller batch, checkpointing, another method or a larger GPU is called for."""
    return largest(fits)


@quantity("GPUs needed", "GPU")
def gpus_needed(gpus_feasible, fits, gpu_count):
    """The fewest that have the memory."""
    return where(gpus_feasible > 0, first_where(fits, gpu_count), NOT_FEASIBLE)

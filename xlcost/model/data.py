"""Data: the examples to learn from, and what it costs to have them labelled well enough."""

from xlcost.model.constants import ONE_EXAMPLE, TOKENS_PER_MTOKEN
from xlcost.model.words import Table, binom_cdf, lookup, maximum, quantity, where

INFERENCE = Table("inference_prices")


@quantity("Examples that are trained on", "example")
def trained_examples(used_examples, synthetic_examples):
    """Those that people label, and those that a model makes."""
    return used_examples + synthetic_examples


# Labels by people


@quantity("Labels paid for", "label")
def labels_bought(used_examples, annotators, rework_share, paid_label_share):
    """Every annotator labels every example, a share of the labels is made twice, and some are saved."""
    return used_examples * annotators * (1 + rework_share) * paid_label_share


@quantity("Labels to make twice, by the agreement", "share")
def suggested_rework_share(agreement, agreement_target):
    """Of the disagreement that is there, what has to go. A suggestion: the driver counts, and an alert compares."""
    return where(agreement < 1, maximum(0, (agreement_target - agreement) / (1 - agreement)), 0)


@quantity("Examples to check, out of many", "example")
def unlimited_qa_sample(confidence_deviations, qa_error_share, qa_margin):
    """So many that the share of wrong labels is known to within the margin."""
    return confidence_deviations**2 * qa_error_share * (1 - qa_error_share) / qa_margin**2 * ONE_EXAMPLE


@quantity("Examples to check", "example")
def qa_sample(unlimited_qa_sample, used_examples):
    """Fewer are enough where there are few: with the correction for a finite number."""
    return unlimited_qa_sample / (1 + (unlimited_qa_sample - ONE_EXAMPLE) / used_examples)


@quantity("Cost of checking a sample", "USD")
def label_qa_cost(used_examples, qa_share, qa_price):
    """A share of the examples is looked at again by somebody better paid."""
    return used_examples * qa_share * qa_price


@quantity("Cost of labels", "USD")
def label_cost(labels_bought, label_price, label_qa_cost):
    """Labels with their rework, and the checks."""
    return labels_bought * label_price + label_qa_cost


@quantity("Cost of tools and management", "USD")
def label_overhead_cost(label_tool_cost, label_management_share, label_cost):
    """What a labelling campaign costs besides labels."""
    return label_tool_cost + label_management_share * label_cost


@quantity("Chance that the majority label is right", "share")
def label_accuracy(annotators, annotator_accuracy):
    """Fewer than half of the independent annotators are wrong. A tie counts as wrong: have an odd number."""
    return where(annotator_accuracy < 1, binom_cdf((annotators - 1) / 2, annotators, 1 - annotator_accuracy), 1)


@quantity("Cost of a label that is right", "USD/example")
def correct_label_cost(label_cost, used_examples, label_accuracy):
    """Label cost over the examples whose majority label is right."""
    return label_cost / (used_examples * label_accuracy)


# Examples by a model


@quantity("Price of the input of the model that makes examples", "USD/Mtoken", overridable=True)
def synthetic_input_price(synthetic_model):
    """From the catalogue."""
    return lookup(INFERENCE.input_price, synthetic_model)


@quantity("Price of the output of the model that makes examples", "USD/Mtoken", overridable=True)
def synthetic_output_price(synthetic_model):
    """From the catalogue."""
    return lookup(INFERENCE.output_price, synthetic_model)


@quantity("Cost of making an example by a model", "USD/example")
def synthetic_attempt_cost(
    synthetic_input_tokens, synthetic_output_tokens, synthetic_input_price, synthetic_output_price
):
    """Tokens in and out at their prices, whether the example is kept or not."""
    return (
        synthetic_input_tokens * synthetic_input_price + synthetic_output_tokens * synthetic_output_price
    ) / TOKENS_PER_MTOKEN


@quantity("Examples made to keep enough", "example")
def synthetic_attempts(synthetic_examples, synthetic_acceptance):
    """Those that are kept over the share that is kept."""
    return synthetic_examples / synthetic_acceptance


@quantity("Expert review of examples by a model", "USD")
def synthetic_review_cost(synthetic_examples, synthetic_review_share, expert_price):
    """A share of those that are kept."""
    return synthetic_examples * synthetic_review_share * expert_price


@quantity("Examples by a model", "USD")
def synthetic_cost(synthetic_attempts, synthetic_attempt_cost, synthetic_judgements, judge_cost, synthetic_review_cost):
    """Each one that is made is judged, whether it is kept or not; experts look at some that are."""
    return where(
        synthetic_attempts > 0,
        synthetic_attempts * (synthetic_attempt_cost + synthetic_judgements * judge_cost) + synthetic_review_cost,
        0,
    )


# The stage


@quantity("Rounds until the data is good enough", "round")
def data_rounds(data_pass_share):
    """Mean of a geometric distribution: the whole block is repeated when its quality fails."""
    return 1 / data_pass_share


@quantity("Cost of storing the data", "USD")
def data_storage_cost(data_size, storage_price, horizon_months):
    """Kept over the whole horizon."""
    return data_size * storage_price * horizon_months


@quantity("Data bought from others", "USD")
def data_bought_cost(data_rounds, label_cost, label_overhead_cost, synthetic_cost, collection_cost):
    """Collection, and labels and examples by a model in all their rounds."""
    return data_rounds * (label_cost + label_overhead_cost + synthetic_cost) + collection_cost


@quantity("Permission to use it, and its storage", "USD")
def data_kept_cost(licence_cost, review_cost, data_storage_cost):
    """Licences, legal and privacy review, storage: once, and not again with a retrain."""
    return licence_cost + review_cost + data_storage_cost


@quantity("Own hours on data", "person-hour")
def data_hours(preparation_hours, data_rounds):
    """Cleaning and preparing, again in every round."""
    return preparation_hours * data_rounds


@quantity("Own people on data", "USD")
def data_people_cost(data_hours, staff_hour_rate):
    """Hours at the loaded rate."""
    return data_hours * staff_hour_rate


@quantity("Making the data", "USD")
def data_made_cost(data_bought_cost, data_people_cost, stage_pays_people):
    """What is bought, and own people where stages pay them. A retrain makes a share of it again."""
    return data_bought_cost + stage_pays_people * data_people_cost


@quantity("Data", "USD")
def data_cost(data_made_cost, data_kept_cost):
    """Made once, and kept."""
    return data_made_cost + data_kept_cost

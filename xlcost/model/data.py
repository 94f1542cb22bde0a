"""Data: the examples to learn from, and what it costs to have them labelled well enough."""

from xlcost.model.words import binom_cdf, quantity, where


@quantity("Labels paid for", "label")
def labels_bought(examples, annotators, rework_share):
    """Every annotator labels every example, and a share of the labels is made twice."""
    return examples * annotators * (1 + rework_share)


@quantity("Cost of checking a sample", "USD")
def label_qa_cost(examples, qa_share, qa_price):
    """A share of the examples is looked at again by somebody better paid."""
    return examples * qa_share * qa_price


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
def correct_label_cost(label_cost, examples, label_accuracy):
    """Label cost over the examples whose majority label is right."""
    return label_cost / (examples * label_accuracy)


@quantity("Rounds until the data is good enough", "round")
def data_rounds(data_pass_share):
    """Mean of a geometric distribution: the whole block is repeated when its quality fails."""
    return 1 / data_pass_share


@quantity("Cost of storing the data", "USD")
def data_storage_cost(data_size, storage_price, horizon_months):
    """Kept over the whole horizon."""
    return data_size * storage_price * horizon_months


@quantity("Data bought from others", "USD")
def data_bought_cost(data_rounds, label_cost, label_overhead_cost, collection_cost):
    """Collection, and labels in all their rounds."""
    return data_rounds * (label_cost + label_overhead_cost) + collection_cost


@quantity("Permission to use it, and its storage", "USD")
def data_kept_cost(licence_cost, review_cost, data_storage_cost):
    """Licences, legal and privacy review, storage: once, and not again with a retrain."""
    return licence_cost + review_cost + data_storage_cost


@quantity("Own hours on data", "person-hour")
def data_hours(cleaning_hours, data_rounds):
    """Cleaning and preparing, again in every round."""
    return cleaning_hours * data_rounds


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

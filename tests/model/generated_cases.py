"""Cases that nobody would think of: every bound, every choice, zeros, edges of steps, errors. Always the same ones."""

import math
import random

from xlcost.model import graph
from xlcost.model.inputs import complete, inputs_of

INPUTS = inputs_of(graph())
OVERRIDES = {name: each for name, each in INPUTS.items() if each.default is None}
EDGES = (0.0, 1e-9, -1e-9, 9e-10, -9e-10, 2e-9, -2e-9, 1e-12)

# What somebody may give for a quantity that is computed otherwise.
GIVEN_INSTEAD = {
    "staff_hour_rate": (0.0, 85.0), "model_params": (0.0, 3e8, 8e9, 1e12), "active_params": (0.0, 3e9),
    "layers": (1.0, 32.0),
    "attention_width": (0.0, 4096.0), "matmul_params": (0.0, 7.5e9), "gpu_tflops": (0.0, 989.0), "mfu": (0.0, 0.4, 1.0),
    "gpu_offer": ("nebius B200", "lambda H100-SXM"), "gpu_price": (0.0, 3.1), "gpus_per_instance": (0.0, 8.0),
    "gpu_power": (0.0, 0.7), "serving_gpu_price": (0.0, 2.5), "on_demand_price": (0.0, 3.0),
    "commit_1yr_price": (0.0, 2.0), "commit_3yr_price": (0.0, 1.5), "spot_price": (0.0, 1.3),
    "api_hour_price": (0.0, 90.0), "api_storage_price": (0.0, 2.0),
    "api_checkpoint_price": (0.0, 0.1),
    "api_train_price": (0.0, 4.5), "judge_input_price": (0.0, 2.0), "judge_output_price": (8.0,),
    "synthetic_input_price": (0.0, 2.0), "synthetic_output_price": (0.0, 8.0),
    "api_input_price": (0.0, 0.3),
    "hidden": (0.0, 4096.0), "ffn": (0.0, 14336.0), "kv_width": (0.0, 1024.0), "vocab": (0.0, 128256.0),
    "tied_head": (0.0, 1.0), "ffn_matrices": (2.0, 3.0), "active_matrices": (2.0, 384.0),
    "trained_params": (0.0, 4e7), "weight_bytes": (0.5156, 2.0), "gpu_memory_sold": (0.0, 80.0),
    "api_output_price": (0.0, 1.2), "api_hosting_price": (0.0, 1.7),
    "venture_value": (0.0, 3e5), "venture_cost": (0.0, 1.2e5), "migration_cost": (0.0, 4e4),
    "managed_priced": (0.0, 1.0), "prompt_input_price": (0.0, 0.4), "prompt_cached_price": (0.0, 0.1),
    "prompt_output_price": (0.0, 1.6), "prompt_batch_discount": (0.0, 0.5), "tier_input_price": (0.0, 2.0),
    "tier_cached_price": (0.0, 0.5), "tier_output_price": (0.0, 8.0),
}  # fmt: skip


def _numbers(each, dice):
    """A number within the bounds: often a special one."""
    near = {each.default, each.low, each.high, each.minimum, each.maximum, 0.0} - {None}
    near = sorted(value for value in near if math.isfinite(value) and each.minimum <= value <= each.maximum)
    roll = dice.random()
    if roll < 0.35:
        value = each.default
    elif roll < 0.7:
        value = dice.choice(near)
    else:
        low = each.default / 3 if each.low is None else each.low
        high = each.default * 3 if each.high is None else each.high
        value = dice.uniform(low, high)
    if each.whole:
        return float(round(value))
    if roll > 0.85:
        value = round(value) + dice.choice(EDGES)
    return min(max(value, each.minimum), each.maximum)


def generated(count, overrides, seed):
    """So many complete cases in which these overridable quantities are given, and no others."""
    dice = random.Random(seed)
    cases = []
    for _ in range(count):
        given = {}
        for name, each in INPUTS.items():
            if name in overrides:
                given[name] = dice.choice(GIVEN_INSTEAD[name])
            elif each.default is None:
                continue
            elif each.kind == "text":
                given[name] = (
                    each.default if dice.random() < (0.85 if each.table else 0.5) else dice.choice(each.choices)
                )
            else:
                given[name] = _numbers(each, dice)
            given[name] = each.accept(given[name], graph())
        cases.append(complete(graph(), INPUTS, given))
    return cases


def one_at_a_time():
    """The default case, with one input moved to each of its bounds, to zero, and to each of its choices."""
    cases = []
    for name, each in INPUTS.items():
        if each.default is None:
            continue
        if each.kind == "text":
            values = each.choices
        else:
            special = {each.low, each.high, each.minimum, each.maximum, 0.0} - {None}
            values = [value for value in special if each.minimum <= value <= each.maximum]
        cases += [complete(graph(), INPUTS, {name: value}) for value in values]
    return cases


def routes(cases):
    """The same cases by the API route, and unpacked, and paid as a team: what a default hides."""
    switched = {"training_route": "API", "serving_route": "API", "packing": "padded", "people_basis": "team"}
    return [{**case, **switched} for case in cases]


def levers(cases):
    """The same cases with every lever on, and full fine-tuning, instead of which there is an adapter."""
    switches = {name: "yes" for name in graph().drivers if name.endswith("_lever")}
    return [{**case, **switches, "method": "full"} for case in cases]


BATCHES = {
    "defaults": ((), [complete(graph(), INPUTS, {})]),
    "one at a time": ((), one_at_a_time()),
    "one at a time, other routes": ((), routes(one_at_a_time()[::3])),
    "one at a time, levers": ((), levers(one_at_a_time()[1::3])),
    "anything": ((), generated(61, (), 1)),  # as many as there are months
    "as many as candidates": ((), generated(8, (), 2)),
    "as many as roles": ((), generated(4, (), 15)),
    "all overridden": (tuple(OVERRIDES), generated(40, OVERRIDES, 4)),
    "own model": (("model_params",), [{**case, "model": "custom"} for case in generated(20, ("model_params",), 5)]),
    "own model, unknown": ((), [{**case, "model": "custom"} for case in generated(3, (), 6)]),
    "prices": (("gpu_price", "api_train_price", "mfu"), generated(30, ("gpu_price", "api_train_price", "mfu"), 7)),
}

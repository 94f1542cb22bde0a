"""Views: FT_ functions that are a quantity of the graph, seen through the names that a caller may set.

What is left out takes its default, or is computed. Texts, units and bounds come from the graph.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, Cell, first_cells, over_cells
from xlcost.functions.function import LONGEST_DOC, Function, Parameter
from xlcost.model import careful, graph
from xlcost.model.evaluation import Evaluation
from xlcost.model.explaining import explanation, remarks
from xlcost.model.inputs import Input, Refused, Scalar, complete, quantity_input
from xlcost.model.language import ModelError
from xlcost.units import Unit

SCALES = {"MILLION": 1e6, "BILLION": 1e9}
REMEMBERED = 4096  # results of each view
SPELLINGS = 1000  # of each text argument

_GIVEN = re.compile(r"(?P<name>\w+)(:(?P<scale>\w+))?(?P<required>!)?")
_SETTLED = re.compile(r"(\w+)=(\S+)")  # what a view takes as given
_NEEDED: Any = object()  # the default of what has none


@dataclass(frozen=True)
class Argument:
    """A name that the caller of a view may set, in the unit in which it is typed."""

    input: Input
    scale: float
    required: bool
    default: Scalar | None  # as the graph takes it; None: computed
    params: Input | None = None  # a model may be given by its number of parameters
    spellings: dict[str, str] = field(default_factory=dict)

    def accept(self, value: Cell) -> Scalar | None:
        """The value as the graph takes it. Raises Refused."""
        name = self.input.name
        if isinstance(value, CellError):
            raise Refused(f"{name} is {value} already, as it was handed over", value)
        if value is None:
            if self.required:
                raise Refused(f"{name} is needed: {self.input.label}{_in(self.input.unit)}", CellError.VALUE)
            return self.default
        each = self.params if self.params and type(value) is float else self.input
        accepted = each.accept(value, graph())
        if isinstance(accepted, float):
            return accepted * self.scale
        if isinstance(value, str) and len(self.spellings) < SPELLINGS:
            self.spellings[value] = accepted
        return accepted

    @property
    def quick(self) -> tuple[float, float, bool, float, Mapping[str, str], Any]:
        """What the hot path needs: bounds, whether it is whole, scale, known spellings, default."""
        default = _NEEDED if self.required else self.default
        numbers = self.params or self.input
        if numbers.kind == "text":
            return math.inf, -math.inf, False, 1.0, self.spellings, default
        return numbers.minimum, numbers.maximum, numbers.whole, self.scale, self.spellings, default

    @property
    def parameter(self) -> Parameter:
        """As a host describes it."""
        each = self.input
        if self.params:
            unit_text = f"{self.params.unit} or text"
            says = [f"{each.label}: its name, or for one that isn't listed its parameters ({self.params.unit})"]
        else:
            unit_text = str(each.unit)
            says = [each.label + _in(each.unit)]
        if each.table:
            says.append(f"A name in the table {graph().catalog.tables[each.table].label}")
        elif each.choices:
            says.append(" or ".join(each.choices))
        if self.required:
            says.append("Needed")
        elif self.default is None:
            says.append("Computed if left out")
        else:
            default = self.default / self.scale if isinstance(self.default, float) else self.default
            says.append(f"Default {default:,.6g}" if isinstance(default, float) else f"Default {default}")
        doc = ". ".join(says) + "."
        if each.help and not self.params and len(doc) + 1 + len(each.help) <= LONGEST_DOC:
            doc += f" {each.help}"
        return Parameter(each.name, doc, self.required, unit=unit_text)


class View:
    """A quantity as a function of some names. Calls are pure, and so their results are remembered."""

    def __init__(self, quantity: str, given: str) -> None:
        self.quantity = quantity
        self.settings: dict[str, Scalar] = dict(_SETTLED.findall(given))
        self.arguments = tuple(_arguments(quantity, _SETTLED.sub("", given), self.settings))
        self.names = {each.input.name for each in self.arguments}
        self._quick = [each.quick for each in self.arguments]
        self._by_params = [i for i, each in enumerate(self.arguments) if each.params]
        self._defaults = [None] * len(self.arguments)
        self.settled, self._evaluation = self._evaluated_so()
        self._fixed = list(self.settled.values())
        self._result: Callable[..., Answer] = functools.lru_cache(REMEMBERED)(self.computed)

    def call(self, arguments: Sequence[object]) -> Answer | list[list[Answer]]:
        """The quantity for these arguments: single values by the short way, everything else by the boundary."""
        if len(arguments) != len(self._quick):
            if len(arguments) > len(self._quick):
                return CellError.VALUE
            arguments = [*arguments, *self._defaults[len(arguments) :]]
        values: list[Scalar | None] = []
        take = values.append
        for argument, (least, most, whole, scale, spellings, default) in zip(arguments, self._quick):  # noqa: B905
            if argument is None and default is not _NEEDED:
                take(default)
            elif argument.__class__ is float and least <= argument <= most and (not whole or argument.is_integer()):
                take(argument * scale + 0.0)
            elif argument.__class__ is str and argument in spellings:
                take(spellings[argument])
            else:
                return over_cells(self._for_cells, arguments)
        return self._result(*values)

    def explain(self, arguments: Sequence[object]) -> str:
        """Why there is an error, or how the number comes about; of ranges, for their first cells."""
        try:
            values = self._accepted(first_cells(arguments))
        except Refused as refused:
            return str(refused)
        found = self._evaluation.trace(*self._fixed, *self._spread(values))
        inputs = {**complete(graph(), known_inputs(), self.settings), **found}
        return " ".join([explanation(graph(), self.quantity, found), *remarks(graph(), self.quantity, inputs)])

    def computed(self, *values: Scalar | None) -> Answer:
        """The quantity for accepted values, not remembered."""
        result: Answer = self._evaluation(*self._fixed, *self._spread(values))[0]
        return result

    def _for_cells(self, cells: list[Cell]) -> Answer:
        try:
            return self._result(*self._accepted(cells))
        except Refused as refused:
            return refused.error

    def _accepted(self, cells: Sequence[Cell]) -> list[Scalar | None]:
        if len(cells) > len(self.arguments):
            raise Refused(f"{len(self.arguments)} arguments are taken, not {len(cells)}", CellError.VALUE)
        cells = [*cells, *self._defaults[len(cells) :]]
        return [each.accept(value) for each, value in zip(self.arguments, cells, strict=True)]

    def _spread(self, values: Sequence[Scalar | None]) -> Sequence[Scalar | None]:
        """A number for a model stands for two inputs: an unlisted model, and its parameters."""
        for place in self._by_params:
            given = values[place]
            pair = ("custom", given) if isinstance(given, float) else (given, None)
            values = [*values[:place], *pair, *values[place + 1 :]]
        return values

    def _evaluated_so(self) -> tuple[dict[str, Any], Evaluation]:
        """What doesn't depend on the arguments is computed now, once; the rest is straight-line code."""
        model = graph()
        names: list[str] = []
        optional: list[str] = []
        for each in self.arguments:
            names.append(each.input.name)
            if each.params:
                names.append(each.params.name)
                optional.append(each.params.name)
            elif each.default is None and not each.required:
                optional.append(each.input.name)
        quantities = model.ancestry([self.quantity], [name for name in names if name not in optional])
        needed = {name for quantity in quantities for name in quantity.parameters}
        if idle := [name for name in names if name not in needed]:
            raise ModelError(f"{self.quantity} as a function: {', '.join(idle)} has no bearing on it")
        varying = set(names)
        for quantity in quantities:
            if not varying.isdisjoint(quantity.parameters):
                varying.add(quantity.name)
        used = {name for quantity in quantities if quantity.name in varying for name in quantity.parameters}
        inputs = complete(model, known_inputs(), self.settings)
        settled = [quantity.name for quantity in quantities if quantity.name in used - varying]
        values = careful.evaluate(model, settled, inputs)
        fixed = {name: values[name] for name in settled if not _is_error(values[name])}
        drivers = {name: value for name, value in inputs.items() if name not in model.quantities}
        given = (*fixed, *names)
        return fixed, Evaluation(model, (self.quantity,), given, tuple(optional), drivers)


def _arguments(quantity: str, given: str, settings: Mapping[str, Scalar]) -> Iterator[Argument]:
    model = graph()
    names = [name.partition(":")[0].rstrip("!") for name in given.split()]
    for said in given.split():
        match = _GIVEN.fullmatch(said)
        if match is None or match["name"] not in model or match["scale"] not in (None, *SCALES):
            raise ModelError(f"{quantity} as a function: {said!r} is no name of the model with a scale")
        name, scale, word = match["name"], SCALES.get(match["scale"], 1.0), (match["scale"] or "").lower()
        required = match["required"] is not None
        if model.axis_of[name] is not None:
            raise ModelError(f"{quantity} as a function: {name} has more than one value")
        if name in model.drivers:
            each = known_inputs()[name]
            params = None
            if each.table == "models":
                params = _scaled(known_inputs()["model_params"], scale, word)
            elif each.kind == "number":
                each = _scaled(each, scale, word)
            default = each.default * scale if isinstance(each.default, float) else each.default
            yield Argument(each, scale, required, default, params, _spellings(each))
        else:
            each = _scaled(quantity_input(model.quantities[name], model), scale, word)
            yield Argument(each, scale, required, _settled(name, names, settings), None, _spellings(each))


def _settled(name: str, given: Sequence[str], settings: Mapping[str, Scalar]) -> Scalar | None:
    """What a quantity is where it is left out, if that doesn't depend on the other arguments."""
    model = graph()
    ancestors = {each for quantity in model.ancestry([name]) for each in (quantity.name, *quantity.parameters)}
    if not ancestors.isdisjoint(other for other in given if other != name):
        return None
    value = careful.evaluate(model, [name], complete(model, known_inputs(), settings))[name]
    return value if isinstance(value, float | str) else None


def _scaled(each: Input, scale: float, word: str) -> Input:
    if not word:
        return each
    typed = Unit(each.unit.powers, f"{word} {each.unit}")
    default = each.default / scale if isinstance(each.default, float) else each.default
    return replace(each, unit=typed, minimum=each.minimum / scale, maximum=each.maximum / scale, default=default)


def _spellings(each: Input) -> dict[str, str]:
    return {choice: choice for choice in each.choices}


def _is_error(value: object) -> bool:
    return any(isinstance(each, CellError) for each in (value if isinstance(value, list) else [value]))


def _in(unit: Unit) -> str:
    return "" if str(unit) in ("text", "1") else f" ({unit})"


@functools.cache
def views() -> dict[str, View]:
    """The views by the name of their function, made once."""
    return {name: View(quantity, given) for name, (quantity, given) in DECLARED.items()}


def functions() -> Iterator[Function]:
    """The views as functions."""
    for name, each in views().items():
        quantity = graph().quantities[each.quantity]
        doc = f"{quantity.label}{_in(quantity.unit)}. {quantity.summary}"
        doc += "".join(f" {graph().label(setting)}: {value}." for setting, value in each.settings.items())
        parameters = tuple(argument.parameter for argument in each.arguments)
        yield Function(name, doc[:LONGEST_DOC], parameters, str(quantity.unit), each.call, each.explain)


# By function: the quantity, and the names that a caller may set, those first that people type first.
# `:MILLION` says that it is typed in millions; `!` that it can't be left out; `=` that it is so in this function.
# The order is an interface, and stays.
DECLARED: dict[str, tuple[str, str]] = {
    "FT_TRAIN_TOKENS": ("trained_tokens", "examples tokens_per_example epochs packing sequence_tokens"),
    "FT_TRAIN_FLOPS": ("run_flops", "model:BILLION trained_tokens:MILLION method sequence_tokens objective"),
    "FT_GPU_HOURS": (
        "run_gpu_hours",
        "model:BILLION trained_tokens:MILLION gpu method mfu stack sequence_tokens scaling_efficiency objective "
        "activation_checkpointing measured_tokens_per_second",
    ),
    "FT_COMPUTE_COST": (
        "rented_run_cost",
        "model:BILLION trained_tokens:MILLION gpu method gpu_price mfu gpus idle_share failed_share stack "
        "sequence_tokens gpu_offer billing_step objective activation_checkpointing measured_tokens_per_second",
    ),
    "FT_API_COST": (
        "api_run_cost",
        "trained_tokens:MILLION tuning_offer api_train_price validation_tokens:MILLION validation_passes rft_hours "
        "objective estimate_missing",
    ),
    "FT_LABEL_COST": ("label_cost", "examples label_price annotators rework_share qa_share qa_price"),
    "FT_DATA_COST": (
        "data_cost",
        "examples label_price annotators rework_share qa_share qa_price data_pass_share cleaning_hours "
        "staff_hour_rate collection_cost licence_cost review_cost",
    ),
    "FT_EXPERIMENTS": ("experiments", "success_share models_to_ship experiment_cap"),
    "FT_ITERATION_COST": (
        "iteration_cost",
        "run_cost! success_share experiment_cap evaluation_cost analyst_hours staff_hour_rate models_to_ship "
        "sweep_factor pilots pilot_share",
    ),
    "FT_EVAL_COST": (
        "evaluation_cost",
        "eval_items eval_models answer_tokens judge_model judge_votes human_eval_items human_eval_minutes rater_rate",
    ),
    "FT_SERVING_COST": (
        "peak_serving_cost",
        "peak_requests! input_tokens output_tokens serving_route gpu gpu_price serving_tokens_per_second "
        "target_utilisation min_replicas tuning_offer",
    ),
    "FT_REPLICAS": (
        "replicas_at_peak",
        "peak_arrivals! service_seconds sequences_per_replica target_wait output_tokens serving_tokens_per_second "
        "gpus_per_replica target_utilisation min_replicas",
    ),
    "FT_UNIT_COST": ("token_unit_cost", "serving_tokens_per_second! gpu_price target_utilisation"),
    "FT_DRIFT_MONTHS": ("drift_months", "quality_start quality_floor quality_limit drift_half_life"),
    "FT_MAINTENANCE_COST": (
        "maintenance_cost",
        "launch_requests horizon_months build_months retrain_basis retrain_months monitored_share oncall_hours "
        "staff_hour_rate",
    ),
    "FT_TALENT_COST": (
        "talent_cost",
        "horizon_months build_months people_basis hire_cost ramp_months attrition wage_share country_factor "
        "uncovered_share",
    ),
    "FT_OPPORTUNITY_COST": (
        "opportunity_cost",
        "delay_months margin_per_month lost_share capital_cost diverted_months diverted_value",
    ),
    "FT_LABEL_ACCURACY": ("label_accuracy", "annotators annotator_accuracy"),
    "FT_SYNTHETIC_COST": (
        "synthetic_cost",
        "synthetic_examples! synthetic_input_tokens synthetic_output_tokens synthetic_model synthetic_acceptance "
        "synthetic_judgements synthetic_review_share expert_price judge_cost",
    ),
    "FT_SUCCESS_PROBABILITY": ("success_probability", "success_share experiment_cap"),
    "FT_SAMPLE_SIZE": ("comparison_items", "eval_difference eval_base_share eval_power confidence"),
    "FT_ERLANG_C": ("peak_wait_chance", "peak_arrivals! service_seconds servers_at_peak"),
    "FT_RETRAIN_INTERVAL": ("economic_retrain_months", "retrain_cost! loss_growth!"),
    "FT_LOADED_COST": ("staff_year_cost", "staff_salary wage_share country_factor"),
    "FT_DELAY_COST": ("delay_cost", "delay_months margin_per_month lost_share capital_cost"),
    "FT_MFU": ("mfu", "stack gpu method model:BILLION measured_tokens_per_second sequence_tokens gpu_tflops"),
    "FT_CALIBRATE": (
        "measured_mfu",
        "model:BILLION! measured_tokens_per_second! gpu method sequence_tokens objective activation_checkpointing "
        "gpu_tflops",
    ),
    "FT_GPU_MEMORY": (
        "gpu_memory",
        "model:BILLION method gpus micro_batch sequence_tokens optimizer sharding activation_checkpointing loss "
        "lora_rank lora_modules accumulation_steps overhead_memory overhead_share objective",
    ),
    "FT_MIN_GPUS": (
        "gpus_needed",
        "model:BILLION gpu method micro_batch sequence_tokens optimizer sharding activation_checkpointing loss "
        "lora_rank lora_modules accumulation_steps objective",
    ),
    "FT_LORA_PARAMS": ("lora_params", "model:BILLION lora_rank lora_modules"),
    "FT_SPOT_COST": (
        "rented_run_cost",
        "run_hours! gpus interruptions gpu_price checkpoint_interval checkpoint_write restart_hours gpu gpu_offer "
        "gpus_per_instance billing_step estimate_missing purchase=spot",
    ),
    "FT_OWNED_GPU_PRICE": (
        "owned_gpu_price",
        "gpu_capex gpu_life owned_utilisation residual_share gpu gpu_power pue electricity_price colocation_price",
    ),
    "FT_CHECKPOINT_COST": (
        "checkpoint_cost",
        "model:BILLION method checkpoints checkpoint_months storage_price trained_params models_to_ship",
    ),
    "FT_HOSTING_COST": ("api_hosting_cost", "api_hosting_price models_to_ship tuning_offer"),
    "FT_PILOT_VALUE": (
        "pilot_option_value",
        "venture_chance! venture_value! venture_cost! pilot_price pilot_months capital_cost pilot_sensitivity "
        "pilot_specificity",
    ),
    "FT_REQUEST_COST": (
        "prompt_request_cost",
        "input_tokens output_tokens prompt_model prompt_prefix_tokens prefix_cached_share batch_share "
        "prompt_input_price prompt_output_price prompt_cached_price prompt_batch_discount",
    ),
    "FT_BREAKEVEN_VOLUME": (
        "managed_value_volume",
        "prompt_variable_cost! managed_variable_cost! managed_extra_upfront! managed_extra_month! running_months "
        "answer_value prompt_acceptance managed_acceptance",
    ),
    "FT_BREAKEVEN_MONTH": (
        "prompt_breakeven_month",
        "launch_requests prompt_model prompt_prefix_tokens prefix_cached_share input_tokens output_tokens "
        "horizon_months build_months request_growth prompt_hours light_team_share serving_route tuning_offer",
    ),
}

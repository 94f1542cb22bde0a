"""Functions that look something up: prices, GPUs, defaults, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xlcost.analysis.case import known_input
from xlcost.analysis.estimate import estimate
from xlcost.catalog import Row, Source, Table, nearest
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, Cell, first_cells, over_cells, text
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.explaining import taken
from xlcost.model.expressions import Apply, Column, Name
from xlcost.model.inputs import Input, Refused

TIERS = ("on_demand", "spot", "commit_1yr", "commit_3yr")
USUAL = "base"  # among low, base and high
TOKENS = {"input": "input_price", "cached": "cached_input_price", "output": "output_price"}

Lookup = Callable[[Sequence[Cell]], Answer]


# Prices and GPUs


def gpu_price(cells: Sequence[Cell]) -> Answer:
    """The price of a GPU in a tier, from a provider or else at the GPU's default offer."""
    gpu = _key("gpus", text(_at(cells, 0), "gpu"), "gpu")
    tier = _one_of(TIERS, text(_at(cells, 1), "tier", TIERS[0]), "tier")
    provider = text(_at(cells, 2), "provider", "")
    offer = _offer(gpu, provider)
    if tier not in offer.values:
        label = _table("gpu_offers").columns[tier].label
        raise Refused(f"the offer {offer.key!r} has no {label!r} ({tier})", CellError.NA)
    return offer.values[tier]


def gpu_spec(cells: Sequence[Cell]) -> Answer:
    """What the catalogue says of a GPU."""
    gpu = _key("gpus", text(_at(cells, 0), "gpu"), "gpu")
    name = _one_of(tuple(_table("gpus").columns), text(_at(cells, 1), "field"), "field")
    row = _table("gpus").rows[gpu]
    if name not in row.values:
        raise Refused(f"the catalogue has no {_table('gpus').columns[name].label!r} ({name}) of {gpu}", CellError.NA)
    return row.values[name]


def figure(table: str, name: str) -> Lookup:
    """A function of a row's key and one of its columns with numbers; the usual one where none is named."""

    def found(cells: Sequence[Cell]) -> Answer:
        key, field = _figure(table, name, cells)
        row = _table(table).rows[key]
        if field not in row.values:
            raise Refused(f"the catalogue has no {_table(table).columns[field].label!r} of {key}", CellError.NA)
        return row.values[field]

    return found


def _figure(table: str, name: str, cells: Sequence[Cell]) -> tuple[str, str]:
    columns = tuple(column.name for column in _table(table).columns.values() if column.kind == "number")
    return _key(table, text(_at(cells, 0), name), name), _one_of(columns, text(_at(cells, 1), "field", USUAL), "field")


def model_spec(cells: Sequence[Cell]) -> Answer:
    """What the catalogue says of an open model."""
    model = _key("models", text(_at(cells, 0), "model"), "model")
    name = _one_of(tuple(_table("models").columns), text(_at(cells, 1), "field"), "field")
    row = _table("models").rows[model]
    if name not in row.values:
        label = _table("models").columns[name].label
        raise Refused(f"the catalogue has no {label!r} ({name}) of {model}", CellError.NA)
    return row.values[name]


def token_price(cells: Sequence[Cell]) -> Answer:
    """What a provider asks for a million tokens of a model."""
    row = _hosted(text(_at(cells, 0), "model"), text(_at(cells, 2), "provider", ""))
    kind = _one_of(tuple(TOKENS), text(_at(cells, 1), "kind", "input"), "kind")
    if TOKENS[kind] not in row.values:
        raise Refused(f"the catalogue has no price for {kind} tokens of {row.key}", CellError.NA)
    return row.values[TOKENS[kind]]


def _hosted(model: str, provider: str) -> Row:
    """A row of the inference prices, by its key; or by the model alone, where one provider has it."""
    table, wanted = _table("inference_prices"), model.casefold()
    if provider:
        known = {row.values.get("provider"): None for row in table.rows.values()}
        _one_of(tuple(map(str, known)), provider, "provider")
        model = f"{provider} {model}"
    elif table.find(model) is None:
        found = [row for row in table.rows.values() if str(row.values.get("model")).casefold() == wanted]
        if len(found) > 1:
            names = ", ".join(str(row.values["provider"]) for row in found)
            raise Refused(f"model = {model!r} is offered by {names}: say which provider", CellError.NA)
        if found:
            return found[0]
    return table.rows[_key("inference_prices", model, "model")]


def _offer(gpu: str, provider: str) -> Row:
    """The offer of a provider, by the provider's name or the offer's own; the plainest, where there are some."""
    offers = _table("gpu_offers")
    default = _table("gpus").rows[gpu].values.get("offer")
    if not provider:
        if default is None:
            raise Refused(f"the catalogue names no offer for {gpu}: say which provider", CellError.NA)
        return offers.rows[str(default)]
    of_gpu = [row for row in offers.rows.values() if row.values.get("gpu") == gpu]
    wanted = provider.casefold()
    found = [row for row in of_gpu if wanted in (row.key.casefold(), str(row.values.get("provider")).casefold())]
    if not found:
        known = dict.fromkeys(str(row.values.get("provider")) for row in of_gpu)
        raise Refused(f"provider = {provider!r}: none for {gpu}; known are {', '.join(known) or 'none'}", CellError.NA)
    return min(found, key=lambda row: (row.key != default, row.key.casefold() != f"{wanted} {gpu}".casefold()))


def _table(name: str) -> Table:
    return graph().catalog.tables[name]


def _key(table: str, said: str, name: str) -> str:
    key = _table(table).find(said)
    if key is None:
        near = nearest(said, [*_table(table).rows, *_table(table).aliases])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise Refused(f"{name} = {said!r} is not in the table {_table(table).label!r}{hint}", CellError.NA)
    return key


def _one_of(known: Sequence[str], said: str, name: str) -> str:
    if said.lower() not in known:
        raise Refused(f"{name} = {said!r}: one of {', '.join(known)} is wanted", CellError.VALUE)
    return said.lower()


# Defaults and sources


def default_of(cells: Sequence[Cell]) -> Answer:
    """The default of an input; of one that is computed, what is computed from the defaults."""
    each = known_input(text(_at(cells, 0), "name"))
    if each.default is not None:
        return each.default
    value: Answer = estimate()[each.of]
    if isinstance(value, CellError):
        raise Refused(f"{each.name} can't be computed from the defaults", value)
    if each.kind == "number" and isinstance(value, str):
        raise Refused(f"{each.name} by the defaults: {value}", CellError.NA)
    return value


def source_of(cells: Sequence[Cell]) -> Answer:
    """Where the default of an input is from: title, place, date, status."""
    each = known_input(text(_at(cells, 0), "name"))
    if each.default is not None:
        return _cited(each)
    row = _row_behind(each)
    if row is None:
        return f"computed: {each.help}" if each.help else "computed"
    return f"{row.key}: {_cited(row)}"


def _cited(said: Input | Row) -> str:
    if said.source is None:
        return said.status
    known: Source = graph().catalog.sources[said.source]
    return "; ".join([known.title, known.where, said.where, f"{said.at or known.at:%Y-%m-%d}", said.status])


def _row_behind(each: Input) -> Row | None:
    """The catalogue row that a default is looked up in, by itself or in the quantity that it then is."""
    values, name = estimate().values, each.of
    while name in graph().quantities:
        match list(taken(graph(), graph().quantities[name].formula, values)):
            case [Apply("lookup", (Column(table, _), Name(key))), *_]:
                return _table(table).rows.get(str(values[key]))
            case [Name(other)]:
                name = other
            case _:
                break
    return None


# How a look-up is a function


def _explain_lookup(function: Lookup, about: Callable[[Sequence[Cell]], str]) -> Callable[[Sequence[object]], str]:
    def explained(arguments: Sequence[object]) -> str:
        cells = first_cells(arguments)
        try:
            value = function(cells)
        except Refused as refused:
            return str(refused)
        return f"{f'{value:,.6g}' if isinstance(value, float) else value}{about(cells)}."

    return explained


def _by_cell(function: Lookup, most: int) -> Callable[[Sequence[object]], object]:
    def for_cells(cells: list[Cell]) -> Answer:
        try:
            return function(cells)
        except Refused as refused:
            return refused.error

    def call(arguments: Sequence[object]) -> object:
        return CellError.VALUE if len(arguments) > most else over_cells(for_cells, arguments)

    return call


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _looking_up(
    name: str,
    doc: str,
    parameters: tuple[Parameter, ...],
    unit: str,
    function: Lookup,
    about: Callable[[Sequence[Cell]], str] = lambda _: "",
) -> Function:
    return Function(name, doc, parameters, unit, _by_cell(function, len(parameters)), _explain_lookup(function, about))


def _about_price(cells: Sequence[Cell]) -> str:
    offer = _offer(_key("gpus", text(_at(cells, 0), "gpu"), "gpu"), text(_at(cells, 2), "provider", ""))
    return f" USD/GPU-hour, {offer.key}: {_cited(offer)}"


def _about_spec(cells: Sequence[Cell]) -> str:
    row = _table("gpus").rows[_key("gpus", text(_at(cells, 0), "gpu"), "gpu")]
    unit = str(_table("gpus").columns[text(_at(cells, 1), "field").lower()].unit)
    return f"{'' if unit == 'text' else f' {unit}'}, {row.key}: {_cited(row)}"


def _about_figure(table: str, name: str) -> Callable[[Sequence[Cell]], str]:
    def about(cells: Sequence[Cell]) -> str:
        key, field = _figure(table, name, cells)
        row = _table(table).rows[key]
        return f" {_table(table).columns[field].unit}, {key}: {_cited(row)}"

    return about


def _about_model(cells: Sequence[Cell]) -> str:
    row = _table("models").rows[_key("models", text(_at(cells, 0), "model"), "model")]
    unit = str(_table("models").columns[text(_at(cells, 1), "field").lower()].unit)
    return f" {unit}, {row.key}: {_cited(row)}"


def _about_token(cells: Sequence[Cell]) -> str:
    row = _hosted(text(_at(cells, 0), "model"), text(_at(cells, 2), "provider", ""))
    return f" USD/Mtoken, {row.key}: {_cited(row)}"


def _about_default(cells: Sequence[Cell]) -> str:
    each = known_input(text(_at(cells, 0), "name"))
    return f"{'' if each.unit.pure else f' {each.unit}'}, {source_of(cells)}"


def functions() -> Iterator[Function]:
    """The functions that look something up."""
    gpu = Parameter("gpu", "A GPU, by its name in the catalogue or a usual one: H100-SXM, H100.", True, unit="text")
    name = Parameter("name", "The name of a driver, as on the sheet Inputs: gpu_price.", True, unit="text")
    yield _looking_up(
        "FT_GPU_PRICE",
        "What a GPU costs an hour, from the catalogue. A price that isn't known is #N/A.",
        (
            gpu,
            Parameter("tier", f"{' or '.join(TIERS)}. Default on_demand.", unit="text"),
            Parameter("provider", "A provider, or the name of an offer. Left out: the default offer.", unit="text"),
        ),
        "USD/GPU-hour",
        gpu_price,
        _about_price,
    )
    yield _looking_up(
        "FT_GPU_SPEC",
        "What the catalogue says of a GPU. What isn't known is #N/A.",
        (gpu, Parameter("field", f"{', '.join(_table('gpus').columns)}.", True, unit="text")),
        "of the field",
        gpu_spec,
        _about_spec,
    )
    for called, table, key, doc in (
        ("FT_SALARY", "salaries", "occupation", "What an occupation earns in a year, without what an employer adds"),
        ("FT_LABEL_PRICE", "label_prices", "task", "What was asked for a label, from a crowd's click to an expert"),
    ):
        fields = [column for column in _table(table).columns.values() if column.kind == "number"]
        yield _looking_up(
            called,
            f"{doc}, from the catalogue. What isn't known is #N/A.",
            (
                Parameter(key, f"{', '.join(_table(table).rows)}.", True, unit="text"),
                Parameter("field", f"{' or '.join(each.name for each in fields)}. Default {USUAL}.", unit="text"),
            ),
            str(fields[0].unit),
            figure(table, key),
            _about_figure(table, key),
        )
    model = Parameter("model", "A model, by its name in the catalogue: gpt-4.1-mini.", True, unit="text")
    yield _looking_up(
        "FT_TOKEN_PRICE",
        "What a provider asks for a million tokens of a model that it hosts. A price that isn't known is #N/A.",
        (
            model,
            Parameter("kind", f"{', '.join(TOKENS)}. Default input.", unit="text"),
            Parameter("provider", "Needed where more than one offers the model.", unit="text"),
        ),
        "USD/Mtoken",
        token_price,
        _about_token,
    )
    open_model = Parameter("model", "An open model, by its name in the catalogue: Llama-3.1-8B.", True, unit="text")
    yield _looking_up(
        "FT_MODEL_SPEC",
        "What the catalogue says of an open model. What isn't known is #N/A.",
        (open_model, Parameter("field", f"{', '.join(_table('models').columns)}.", True, unit="text")),
        "of the field",
        model_spec,
        _about_model,
    )
    yield _looking_up(
        "FT_DEFAULT",
        "The default of a driver, or what is computed where a price, an MFU and the like is left out.",
        (name,),
        "of the driver",
        default_of,
        _about_default,
    )
    yield _looking_up(
        "FT_SOURCE",
        "Where a default is from: source, address, where in it, date; measured, quoted, estimated, or a placeholder.",
        (name,),
        "text",
        source_of,
    )

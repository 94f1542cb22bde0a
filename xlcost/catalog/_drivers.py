"""Drivers: the inputs of the model, one TOML file for each stage."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import replace

from xlcost.catalog._fields import WORD, Fields, finite, known_status, known_unit, place_in, refuse
from xlcost.catalog._records import Axis, Driver, Source, Table, did_you_mean

NUMBER_FIELDS = ("low", "high", "min", "max", "whole")
TEXT_FIELDS = ("choices", "table")
FIELDS = (
    *("label", "help", "unit", "default", *NUMBER_FIELDS, *TEXT_FIELDS),
    *("if_low", "if_high", "axis", "spread", "basic", "source", "where", "at", "status"),
)
SPREADS = ("pert", "lognormal", "beta", "uniform", "discrete")
CELL = re.compile(r"[a-z]{1,3}[0-9]{1,7}|r[0-9]*(c[0-9]*)?|c[0-9]*")
RESERVED = frozenset(["true", "false"])  # to a spreadsheet

Numbers = float | dict[str, float]


def read_drivers(
    file: str,
    stage: str,
    records: Mapping[str, object],
    tables: Mapping[str, Table],
    axes: Mapping[str, Axis],
    sources: Mapping[str, Source],
) -> dict[str, Driver]:
    """The drivers of one stage, in the order of the file."""
    drivers = {}
    for name, record in records.items():
        where = f"{file}: {name}"
        _check_name(where, name)
        fields = Fields.of(where, record, FIELDS)
        fields.need("label", "default", "status")
        axis = fields.one_of("axis", axes)
        source = fields.text("source") or None
        at = fields.day("at")
        driver = Driver(
            name=name,
            stage=stage,
            label=fields.text("label"),
            help=fields.text("help"),
            unit=known_unit(where, fields.text("unit", "text")),
            kind="text",
            default="",
            low=None,
            high=None,
            minimum=None,
            maximum=None,
            whole=False,
            choices=(),
            table=None,
            axis=axis or None,
            spread=fields.one_of("spread", SPREADS),
            if_low=fields.text("if_low"),
            if_high=fields.text("if_high"),
            basic=fields.flag("basic"),
            source=source,
            at=at,
            status=known_status(where, fields.text("status"), source, sources),
        )
        if source and not at:
            driver = replace(driver, at=sources[source].at)
        members = tuple(member.key for member in axes[axis].members) if axis else ()
        if any(field in fields.values for field in TEXT_FIELDS):
            driver = _text_driver(driver, fields, members, tables)
        else:
            driver = _number_driver(driver, fields, members)
        drivers[name] = replace(driver, where=place_in(where, fields.text("where"), source, sources))
    return drivers


def _check_name(where: str, name: str) -> None:
    if not WORD.fullmatch(name) or keyword.iskeyword(name) or name in RESERVED:
        refuse(where, f"{name!r} can't name a driver: lower-case words joined by _, like label_price")
    if CELL.fullmatch(name):
        refuse(where, f"{name!r} can't name a driver: it is the address of a cell in a spreadsheet")


def _number_driver(driver: Driver, fields: Fields, members: tuple[str, ...]) -> Driver:
    where = fields.where
    values = fields.values["default"]
    if isinstance(values, str) or (isinstance(values, dict) and any(isinstance(v, str) for v in values.values())):
        refuse(where, f"default = {values!r} is a text: it needs choices = [...] or table = ...")
    fields.need("unit", "min", "max")
    if driver.source is None and driver.status != "placeholder":
        refuse(where, f"status = {driver.status!r} without a source: name one, or call it a placeholder")
    minimum, maximum = fields.number("min"), fields.number("max")
    assert minimum is not None
    assert maximum is not None
    if minimum > maximum:
        refuse(where, f"min = {minimum:g} is above max = {maximum:g}")
    whole = fields.flag("whole")
    given = {name: _numbers(fields, name, members) for name in ("default", "low", "high")}
    for member in members or ("",):
        spot = f"{where}.{member}" if member else where
        named = {name: _at(value, member) for name, value in given.items() if value is not None}
        for name, value in named.items():
            if not minimum <= value <= maximum:
                refuse(spot, f"{name} = {value:g} is outside min..max, {minimum:g} to {maximum:g}")
            if whole and value != int(value):
                refuse(spot, f"{name} = {value:g}: a whole number is wanted here")
        if named.get("low", minimum) > named["default"]:
            refuse(spot, f"low = {named['low']:g} is above default = {named['default']:g}")
        if named.get("high", maximum) < named["default"]:
            refuse(spot, f"high = {named['high']:g} is below default = {named['default']:g}")
    for warning, end in (("if_low", "low"), ("if_high", "high")):
        if warning in fields.values and given[end] is None:
            refuse(where, f"{warning} warns of a value beyond {end} = ..., which is missing")
    default = given["default"]
    assert default is not None
    return replace(
        driver,
        kind="number",
        default=default,
        low=given["low"],
        high=given["high"],
        minimum=minimum,
        maximum=maximum,
        whole=whole,
    )


def _numbers(fields: Fields, name: str, members: tuple[str, ...]) -> Numbers | None:
    """One number for all, or one for each member of the axis."""
    value = fields.values.get(name)
    if not isinstance(value, dict):
        return fields.number(name)
    _check_members(fields.where, name, value, members)
    return {member: finite(f"{fields.where}: {name}.{member}", value[member]) for member in members}


def _check_members(where: str, name: str, value: Mapping[str, object], members: tuple[str, ...]) -> None:
    if not members:
        refuse(where, f"{name} = {value!r} has members: it needs an axis")
    for member in value:
        if member not in members:
            refuse(where, f"{name}.{member}: no such member of the axis{did_you_mean(member, members)}")
    for member in members:
        if member not in value:
            refuse(where, f"{name}.{member} is missing: every member needs a number")


def _at(value: Numbers, member: str) -> float:
    return value[member] if isinstance(value, dict) else value


def _text_driver(driver: Driver, fields: Fields, members: tuple[str, ...], tables: Mapping[str, Table]) -> Driver:
    where = fields.where
    for name in NUMBER_FIELDS:
        if name in fields.values:
            refuse(where, f"{name} = {fields.values[name]!r}: a driver with choices is a text and has no {name}")
    if not driver.unit.pure:
        refuse(where, f"unit = {str(driver.unit)!r}: a driver with choices is a text; leave the unit out")
    table = fields.one_of("table", tables) or None
    choices = tuple(tables[table].rows) if table else _choices(fields)
    if table and "choices" in fields.values:
        refuse(where, "both choices and table: give one of them")
    default = fields.values["default"]
    if isinstance(default, dict):
        _check_members(where, "default", default, members)
        chosen = {member: _choice(f"{where}.{member}", default[member], choices) for member in members}
        return replace(driver, default=chosen, choices=choices, table=table)
    return replace(driver, default=_choice(where, default, choices), choices=choices, table=table)


def _choices(fields: Fields) -> tuple[str, ...]:
    choices = fields.values["choices"]
    if not isinstance(choices, list) or not choices or not all(isinstance(choice, str) for choice in choices):
        refuse(fields.where, f'choices = {choices!r}: a list of texts is wanted here, like ["API", "rented GPU"]')
    if len({choice.casefold() for choice in choices}) < len(choices):
        refuse(fields.where, f"choices = {choices!r}: one is there twice (case doesn't count)")
    return tuple(choices)


def _choice(where: str, value: object, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        refuse(where, f"default = {value!r} is not a choice{did_you_mean(str(value), choices)}")
    return value

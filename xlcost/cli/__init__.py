"""The command line. What a command does is imported when it runs, so that help and completion come at once."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer

from xlcost import __version__
from xlcost.cli import addins, changes, deciding, facts, judging, measuring, risk, savings
from xlcost.cli.options import Book, Json
from xlcost.errors import XlcostError

BUG = 4
CANNOT_READ_OR_WRITE = 3
USAGE = 2
TRACEBACK = "XLCOST_TRACEBACK"

app = typer.Typer(
    help="What fine-tuning an AI model really costs, over its whole lifecycle, in Excel.",
    epilog="Exit codes: 0 all is well, 1 a finding (an error cell, a budget exceeded), 2 bad input, 3 a file can't be "
    "read or written, 4 a bug of xlcost.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    rich_markup_mode=None,  # rich's help takes twice as long as all the rest
    pretty_exceptions_enable=False,
)


def main() -> NoReturn:
    """Runs the command that the process was started with, and ends the process."""
    code = run(sys.argv[1:])
    gc.freeze()  # or else Python, as it ends, looks through all that is left, which goes anyway
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs a command; what comes back is the exit code. Trouble is told in one line."""
    from xlcost.cli.output import say, tolerate_any_text, uncollected, write_json

    tolerate_any_text()
    try:
        with uncollected():
            code = app(list(arguments), prog_name="xlcost", standalone_mode=False)
    except Exception as trouble:
        code, said = _refusal(trouble)
        say(said)
        if "--json" in arguments:
            write_json({"refused": said})
    return code if isinstance(code, int) else 0


def _refusal(trouble: Exception) -> tuple[int, str]:
    """The exit code of what went wrong, and what is said of it."""
    if isinstance(trouble, XlcostError):
        return trouble.exit_code, str(trouble)
    if isinstance(trouble, OSError):
        return CANNOT_READ_OR_WRITE, f"{trouble.filename or 'a file'}: {trouble.strerror or trouble}"
    if hasattr(trouble, "format_message"):  # typer's own refusals, whose class moved between its versions
        return USAGE, _usage(trouble)
    return BUG, _bug(trouble)


def commands() -> dict[str, Any]:
    """Every command by the words that are typed for it; `xlcost` itself is under an empty name."""
    group = typer.main.get_command(app)
    found: dict[str, Any] = {"": group}
    for name, command in getattr(group, "commands", {}).items():
        inner = getattr(command, "commands", {})  # of a command with commands of its own, these count
        found |= {f"{name} {each}": inner[each] for each in inner} or {name: command}
    return found


def commands_and_options() -> dict[str, list[str]]:
    """Every command with its options, as they are typed."""
    return {
        name: [option for each in command.params for option in each.opts if option.startswith("-")]
        for name, command in commands().items()
    }


def _usage(trouble: Exception) -> str:
    context = getattr(trouble, "ctx", None)
    path = context.command_path if context is not None else "xlcost"
    message = trouble.format_message().rstrip(".")  # type: ignore[attr-defined]
    return f"{message}; see `{path} --help`"


def _bug(trouble: Exception) -> str:
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(trouble)
    what = f"{type(trouble).__name__}: {trouble}"[:300]
    return f"a bug of ours, sorry ({what}); set {TRACEBACK}=1 and run it again to see where"


def _driver_names(incomplete: str) -> list[str]:
    from xlcost.analysis.case import known_inputs

    return [name for name in known_inputs() if name.startswith(incomplete)]


def _settings(incomplete: str) -> list[str]:
    from xlcost.analysis.case import known_inputs

    name, sign, value = incomplete.partition("=")
    if sign and name in known_inputs():
        return [f"{name}={choice}" for choice in known_inputs()[name].choices if choice.startswith(value)]
    return [f"{each}=" for each in _driver_names(incomplete)]


def _function_names(incomplete: str) -> list[str]:
    from xlcost.functions.registry import functions

    return [name for name in functions() if name.startswith(incomplete.upper())]


def _stages(incomplete: str) -> list[str]:
    from xlcost.catalog import STAGES

    return [stage for stage in STAGES if stage.startswith(incomplete)]


def _show_version(wanted: bool) -> None:
    if wanted:
        from xlcost.cli.output import write

        write(f"xlcost {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _xlcost(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> int:
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        return USAGE
    return 0


@app.command(
    epilog="""\b
Examples:
  xlcost new plan.xlsx
  xlcost new plan.xlsx --base workbook/support-assistant.toml
  xlcost new plan.xlsx --base ours.toml --case cheap.toml --case api.toml
  xlcost new --functions excel plan.xlsm

JSON: cells, file, findings (cell, detail, formula, kind, sheet), warnings."""
)
def new(
    book: Book,
    base: Annotated[
        str | None, typer.Option(metavar="CASE.toml", help="The case in the column Base, instead of the defaults.")
    ] = None,
    case: Annotated[
        list[str] | None, typer.Option(metavar="CASE.toml", help="A case for Custom A; a second for Custom B.")
    ] = None,
    functions: Annotated[
        str,
        typer.Option(
            metavar="excel|lambda|none",
            help="With the add-in's functions as a control, with functions that Excel 365 computes itself, or without.",
        ),
    ] = "excel",
    interpreter: Annotated[
        str | None,
        typer.Option(metavar="PYTHON.exe", show_default=False, help="The Python that the macros of an .xlsm ask."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the workbook if there is one.")] = False,
    as_json: Json = False,
) -> int:
    """Write the workbook.

    It computes the whole lifecycle by native formulas, five cases side by side, and carries its values. If its name
    ends in .xlsm, it also carries the FT_ functions as macros for Excel on Windows. They ask the Python of
    --interpreter; on Windows, that is the one that runs this.
    """
    from xlcost.cli import books

    return books.new(book, base, case or [], functions, interpreter, force, as_json)


@app.command(
    epilog="""\b
Examples:
  xlcost recalc plan.xlsx
  xlcost recalc plan.xlsx -o recalculated.xlsx
  xlcost recalc - -o recalculated.xlsx < plan.xlsx

JSON: cells, file, findings (cell, detail, formula, kind, sheet), warnings."""
)
def recalc(
    book: Annotated[
        str, typer.Argument(metavar="BOOK.xlsx", show_default=False, help="Any workbook; - is standard input.")
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="OUT.xlsx", show_default=False, help="Write here, not in place."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Recalculate a workbook without Excel.

    The values of all formulas, FT_ functions included, are written into it, and nothing else is touched. It always
    writes. Circular references, unknown functions and error cells are listed; the exit code is then 1.
    """
    from xlcost.cli import books

    return books.recalc(book, output, as_json)


@app.command(
    epilog="""\b
Examples:
  xlcost show plan.xlsx
  xlcost show workbook/support-assistant.toml
  xlcost show --json plan.xlsx

JSON: cases, checks_hold, file, inputs_as_made (false: changed since; null: not known), live, rows
(label, quantity, unit, values by case)."""
)
def show(
    file: Annotated[
        str,
        typer.Argument(
            metavar="BOOK.xlsx|CASE.toml", show_default=False, help="A workbook or a case; - is standard input."
        ),
    ],
    as_json: Json = False,
) -> int:
    """Show the totals by stage and case.

    Those of a workbook as it was last calculated, or those of a case file. Of a workbook it also says whether its
    inputs are those that it was made with.
    """
    from xlcost.cli import estimating

    return estimating.show(file, as_json)


@app.command(
    epilog="""\b
Examples:
  xlcost estimate
  xlcost estimate workbook/support-assistant.toml --months
  xlcost estimate --set gpu=A100-80GB --set epochs=5
  xlcost estimate plan.xlsx --column Lean
  xlcost estimate plan.toml --budget 250000
  xlcost estimate plan.toml --as-of 2025-03-01
  echo 'examples = 20_000' | xlcost estimate - --json

Low and high: each driver that has a distribution by itself at its low and at its high, and what that does
to the cost combined as if they were independent. A value with a source of its own is taken as certain,
unless the case gives its low and high, too. A source that begins with the word assumption is none.

JSON: alerts, case, errors, given, horizon_months, npv, payback_month, present_cost, ranges (by cost:
base, drivers, high, low), request_cost, shipping_multiple, stages, total_cost; with --months also months, with
--as-of also as_of. An error is {"error": "#N/A"}."""
)
def estimate(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE.toml|BOOK.xlsx",
            show_default=False,
            help="The case; - is standard input, nothing the defaults.",
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="DRIVER=VALUE",
            show_default=False,
            autocompletion=_settings,
            help="Another value. May be repeated.",
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False, help="The case of a workbook; else its live case."),
    ] = None,
    months: Annotated[bool, typer.Option("--months", help="Show every month, too.")] = False,
    budget: Annotated[
        str | None, typer.Option(metavar="USD", show_default=False, help="Exit with 1 if the total exceeds this.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", show_default=False, help="With the prices that were known on this day."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Estimate what a case costs, stage by stage."""
    from xlcost.cli import estimating

    return estimating.estimate(case, settings or [], column, months, budget, as_of, as_json)


@app.command(
    "eval",
    epilog="""\b
Examples:
  xlcost eval '=FT_GPU_HOURS(8, 30, "H100-SXM")'
  xlcost eval '=FT_COMPUTE_COST(8, 30) * 2'
  xlcost eval '=Timeline!H10' --book plan.xlsx

JSON: formula, reason, value (a number, a text, rows of them, or {"error": "#N/A"}).""",
)
def evaluate(
    formula: Annotated[
        str, typer.Argument(metavar="FORMULA", show_default=False, help="As in a cell, in quotes for the shell.")
    ],
    book: Annotated[
        str | None,
        typer.Option(metavar="BOOK.xlsx", show_default=False, help="Evaluate it as on the first sheet of this."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Evaluate any formula. If it is an error, say why; the exit code is then 2."""
    from xlcost.cli import formulas

    return formulas.evaluate(formula, book, as_json)


@app.command(
    epilog="""\b
Examples:
  xlcost functions
  xlcost functions FT_COMPUTE_COST

JSON: a list of doc, name, parameters (doc, name, range, required, unit), signature, unit."""
)
def functions(
    name: Annotated[
        str | None, typer.Argument(show_default=False, autocompletion=_function_names, help="One function.")
    ] = None,
    as_json: Json = False,
) -> int:
    """List the FT_ functions; with a name, show its arguments."""
    from xlcost.cli import reference

    return reference.list_functions(name, as_json)


@app.command(
    epilog="""\b
Examples:
  xlcost drivers
  xlcost drivers --stage training
  xlcost drivers gpu_price

JSON: a list of at, choices, default, help, high, kind, label, low, maximum, minimum, name, source,
spread, stage, status, table, unit, where, whole. A default of null is computed."""
)
def drivers(
    name: Annotated[
        str | None, typer.Argument(show_default=False, autocompletion=_driver_names, help="One driver.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(metavar="STAGE", show_default=False, autocompletion=_stages, help="Those of one stage."),
    ] = None,
    as_json: Json = False,
) -> int:
    """List what a case may set.

    With unit, default, low and high, bounds, source, date and status. A narrow terminal shows some of that; a driver by
    name shows all, and where in the source it is.
    """
    from xlcost.cli import reference

    return reference.list_drivers(name, stage, as_json)


app.command(epilog=facts.VALIDATE)(facts.validate)
app.command(epilog=facts.PRICES)(facts.prices)
app.command(epilog=savings.LEVERS)(savings.levers)
app.command(epilog=deciding.ALTERNATIVES)(deciding.alternatives)
app.command(epilog=risk.SIMULATE)(risk.simulate)
app.command(epilog=risk.TORNADO)(risk.tornado)
app.command(epilog=measuring.DRIFT)(measuring.drift)
app.add_typer(addins.ADDIN, name="addin")
app.command(epilog=addins.DOCTOR)(addins.doctor)
app.command(epilog=changes.COMPARE)(changes.compare)
app.command(epilog=changes.MIGRATE)(changes.migrate)
app.command(epilog=changes.DIFF)(changes.diff)
app.command(epilog=judging.CHECK)(judging.check)

"""The commands about spreadsheet programs on this computer: add-ins, and the doctor."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from xlcost.cli.options import Json

USAGE = 2  # the exit code without a command
ADDIN = typer.Typer()

INSTALL = """\b
Examples:
  xlcost addin install --print
  xlcost addin install
  xlcost addin install --appdata profile --interpreter C:\\Python312\\python.exe

JSON: done, lines."""

STATUS = """\b
Examples:
  xlcost addin status

JSON: detail, do, state (ok, warning or problem)."""

REMOVE = """\b
Examples:
  xlcost addin remove --print
  xlcost addin remove

JSON: done, lines."""

BUILD = """\b
Examples:
  xlcost addin build --libreoffice
  xlcost addin build --libreoffice -o xlcost.oxt

JSON: bytes, file, functions, host, version."""

DOCTOR = """\b
Examples:
  xlcost doctor
  xlcost doctor plan.xlsm
  xlcost doctor --json

JSON: a list of detail, do, name, state (ok, warning or problem)."""

Appdata = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", show_default=False, help="The application data of the user; here: %APPDATA%."),
]
Print = Annotated[bool, typer.Option("--print", help="Only say what would be done.")]


@ADDIN.callback(invoke_without_command=True)
def addin(context: typer.Context) -> int:
    """The FT_ functions in every workbook: of Excel for Windows, or of LibreOffice."""
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        return USAGE
    return 0


@ADDIN.command(epilog=INSTALL)
def install(
    interpreter: Annotated[
        str | None,
        typer.Option(metavar="PYTHON.exe", show_default=False, help="The Python to ask; else the one that runs this."),
    ] = None,
    appdata: Appdata = None,
    dry: Print = False,
    as_json: Json = False,
) -> int:
    """Install the add-in, or a newer one over it. No administrator is needed, and nothing goes to the registry."""
    from xlcost.cli import installing

    return installing.install(interpreter, appdata, dry, as_json)


@ADDIN.command(epilog=STATUS)
def status(appdata: Appdata = None, as_json: Json = False) -> int:
    """Say whether the add-in is installed, and by which version. The exit code is 1 unless all is well."""
    from xlcost.cli import installing

    return installing.status(appdata, as_json)


@ADDIN.command(epilog=REMOVE)
def remove(appdata: Appdata = None, dry: Print = False, as_json: Json = False) -> int:
    """Remove the add-in. Nothing of it stays behind."""
    from xlcost.cli import installing

    return installing.remove(appdata, dry, as_json)


@ADDIN.command(epilog=BUILD)
def build(
    libreoffice: Annotated[bool, typer.Option("--libreoffice", help="The one for LibreOffice Calc.")] = False,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT.oxt", help="Write here; a file that is there is replaced.")
    ] = "xlcost.oxt",
    as_json: Json = False,
) -> int:
    """Write an add-in with every FT_ function, its help and the code that computes.

    LibreOffice installs it by Tools, Extensions, Add, or by `unopkg add xlcost.oxt`. It needs nothing else but a
    LibreOffice whose Python is 3.11 or later: not xlcost, not numpy.

    There, a single empty cell counts as 0 and TRUE as 1, and a range with an error in it is #VALUE!: leave an
    argument out rather than point to an empty cell. Text in a table is equal to other text once &"" is put to it.
    """
    from xlcost.cli import addin_building

    return addin_building.build(libreoffice, output, as_json)


def doctor(
    book: Annotated[
        str | None, typer.Argument(metavar="BOOK", show_default=False, help="A workbook to look at, too.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Look at what the FT_ functions need in Excel on this computer, and say what to do.

    The exit code is 1 if there is a problem. Nothing is changed, and no macro is run.
    """
    from xlcost.cli import installing

    return installing.doctor(book, as_json)

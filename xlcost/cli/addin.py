"""The commands about add-ins: `xlcost addin build`."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

addin = typer.Typer(help="Make add-ins that bring the FT_ functions into a spreadsheet program.", rich_markup_mode=None)

BUILD = """\b
Examples:
  xlcost addin build --libreoffice
  xlcost addin build --libreoffice -o xlcost.oxt

JSON: bytes, file, functions, host, version."""


@addin.command(epilog=BUILD)
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

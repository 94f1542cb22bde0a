"""Options and arguments that more than one command has."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Book = Annotated[str, typer.Argument(metavar="BOOK.xlsx", show_default=False, help="The workbook.")]

"""`addin build`: an add-in as a file."""

from __future__ import annotations

from pathlib import Path

from xlcost import __version__
from xlcost.cli.output import write, write_json
from xlcost.errors import XlcostError
from xlcost.files.saving import save_bytes
from xlcost.functions.registry import functions
from xlcost.hosts.libreoffice.extension import extension


def build(libreoffice: bool, output: str, as_json: bool) -> int:
    """Writes LibreOffice's add-in, the only one that is built as a file."""
    if not libreoffice:
        raise XlcostError("addin build: for which program? --libreoffice is the one for which an add-in is built")
    if Path(output).suffix.lower() != ".oxt":
        raise XlcostError(f"{output}: the name of LibreOffice's add-in ends in .oxt")
    data = extension()
    save_bytes(output, data)
    if as_json:
        write_json(
            {
                "bytes": len(data),
                "file": output,
                "functions": [*functions()],
                "host": "libreoffice",
                "version": __version__,
            }
        )
    else:
        write(f"{output}: {len(functions())} functions for LibreOffice Calc, {len(data):,} bytes")
        write(f"To install it: Tools, Extensions, Add; or `unopkg add {output}`. Then start LibreOffice again.")
    return 0

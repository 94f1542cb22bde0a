"""The LibreOffice add-in, a .oxt: the registry as LibreOffice wants to have it described, and the code that computes.

A zip of: a list of its parts, a description of the whole, the functions with their texts (CalcAddIns.xcu), their types,
the component, and below pythonpath/ the parts of xlcost that need nothing but Python.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

import xlcost
from xlcost.functions.function import Function
from xlcost.functions.registry import functions
from xlcost.hosts.libreoffice.types import MODULE, argument_name, interface_name, library, may_give_text

IDENTIFIER = "xlcost.functions"  # an add-in of the same name is an update
IMPLEMENTATION = "xlcost.Functions"  # documents in LibreOffice's own format name it: it stays
CORE = ("catalog", "model", "analysis", "functions")
FILES = ("__init__.py", "errors.py", "units.py")
DATA = (".py", ".toml", ".csv")

_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = {
    "xlcost.rdb": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "component.py": "application/vnd.sun.star.uno-component;type=Python",
}


def extension() -> bytes:
    """The add-in with every function of the registry. Always the same bytes."""
    return packed(dict(_parts(list(functions().values()))))


def packed(parts: dict[str, bytes]) -> bytes:
    """Parts as a zip that doesn't say when or where it was made."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            about = zipfile.ZipInfo(name, _EPOCH)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system = 3
            about.external_attr = 0o644 << 16
            archive.writestr(about, data)
    return out.getvalue()


def _parts(known: Sequence[Function]) -> Iterator[tuple[str, bytes]]:
    own = resources.files("xlcost.hosts.libreoffice")
    yield "META-INF/manifest.xml", _manifest().encode()
    yield "description.xml", _description().encode()
    yield "CalcAddIns.xcu", configuration(known).encode()
    yield "xlcost.rdb", library(known)
    single = "\n".join(each.name for each in known if may_give_text(each))
    yield "names.txt", f"{IMPLEMENTATION}\n{MODULE}.{interface_name(known)}\n{single}\n".encode()
    yield "component.py", (own / "component.py").read_bytes()
    root = resources.files("xlcost")
    for name in FILES:
        yield f"pythonpath/xlcost/{name}", (root / name).read_bytes()
    for name in CORE:
        yield from _tree(root / name, f"pythonpath/xlcost/{name}")


def _tree(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            yield from _tree(each, f"{path}/{each.name}")
        elif each.name.endswith(DATA):
            yield f"{path}/{each.name}", each.read_bytes()


def _manifest() -> str:
    entries = "".join(
        f"  <manifest:file-entry manifest:full-path={quoteattr(name)} manifest:media-type={quoteattr(kind)}/>\n"
        for name, kind in _MANIFEST.items()
    )
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n'
        f"{entries}</manifest:manifest>\n"
    )


def _description() -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f"  <identifier value={quoteattr(IDENTIFIER)}/>\n"
        f"  <version value={quoteattr(xlcost.__version__)}/>\n"
        f'  <display-name><name lang="en">xlcost</name></display-name>\n'
        f"</description>\n"
    )


def configuration(known: Sequence[Function]) -> str:
    """CalcAddIns.xcu: what the function wizard says of each function and argument, and its name in .xlsx files."""
    nodes = "".join(_function(each) for each in known)
    return (
        f'{_HEAD}<oor:component-data oor:name="CalcAddIns" oor:package="org.openoffice.Office"\n'
        '  xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
        f'<node oor:name="AddInInfo"><node oor:name={quoteattr(IMPLEMENTATION)} oor:op="replace">'
        f'<node oor:name="AddInFunctions">\n{nodes}</node></node></node>\n</oor:component-data>\n'
    )


def _function(each: Function) -> str:
    arguments = "".join(
        f'  <node oor:name="{argument_name(place)}" oor:op="replace">'
        f"{_text('DisplayName', parameter.name)}{_text('Description', parameter.doc)}</node>\n"
        for place, parameter in enumerate(each.parameters)
    )
    return (
        f'<node oor:name="{each.name}" oor:op="replace">\n  {_text("DisplayName", each.name)}'
        f'{_text("Description", each.doc)}<prop oor:name="Category"><value>Add-In</value></prop>'
        f"{_text('CompatibilityName', each.name)}\n"
        f'  <node oor:name="Parameters">\n{arguments}  </node>\n</node>\n'
    )


def _text(name: str, value: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en">{escape(value)}</value></prop>'

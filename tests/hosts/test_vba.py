"""The generated VBA text: what VBA's compiler would refuse is found here; whether it does the right thing, in Basic."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import fromstring

import pytest

from xlcost.functions.function import Function, Parameter
from xlcost.functions.registry import functions
from xlcost.hosts import vba
from xlcost.hosts.intellisense import intellisense
from xlcost.hosts.xlwings_udfs import register

TEXTS = {"stubs": vba.stubs(), "descriptions": vba.descriptions(), "opening": vba.on_opening("", addin=True)}

OPENERS = {
    r"(?:Public |Private )?Function \w+\(.*": "Function",
    r"(?:Public |Private )?Sub \w+\(.*": "Sub",
    r"If .* Then": "If",
    r"Select Case .*": "Select",
    r"For .*": "For",
    r"#If .*": "#If",
}
CLOSERS = {"End Function": "Function", "End Sub": "Sub", "End If": "If", "End Select": "Select", "#End If": "#If"}
# What a statement may call or name without a declaration of ours: words of VBA, of Excel and of xlwings' module.
KNOWN = set(
    """
    abs and array as application arguments argumentdescriptions asc boolean byref byval case category cdbl
    const cverr description dim double each else elseif empty end err error exit for function goto if instr
    isarray iserror ismissing isobject is lbound left len long mac macro macrooptions me mod msgbox next not
    nothing number object on option optional or private public raise resume select set string sub then
    thisworkbook timer to true false ubound variant vbexclamation vbstring vartype xlpy xlwings_version
    calludf name areas count rows row worksheet usedrange resize value2 isaddin saved describefunctions
    explicit module attribute vb_name
    """.split()
)


def statements(text: str) -> Iterator[str]:
    """Logical lines without comments, and with every literal replaced by an empty one."""
    pending = ""
    for line in text.split("\r\n"):
        assert line.isascii()
        assert len(line) <= vba.LONGEST_LINE
        code = re.sub(r'"(?:[^"]|"")*"', '""', line)
        assert code.count('"') % 2 == 0
        code = code.partition("'")[0].strip()
        if code.endswith((" _", "(_")):
            assert code.endswith(" _"), f"a continuation needs a space before it: {line}"
            pending += code[:-1]
            continue
        if pending + code:
            yield pending + code
        pending = ""
    assert not pending


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_blocks_are_closed(text: str) -> None:
    open_blocks: list[str] = []
    for statement in statements(text):
        kind = next((kind for pattern, kind in OPENERS.items() if re.fullmatch(pattern, statement)), None)
        if kind:
            assert kind not in ("Function", "Sub") or not open_blocks, f"{statement}: inside another"
            open_blocks.append(kind)
        elif statement in CLOSERS:
            assert open_blocks.pop() == CLOSERS[statement], statement
        elif re.fullmatch(r"Next \w+", statement):
            assert open_blocks.pop() == "For"
        else:
            assert open_blocks or re.match(r"Attribute|Option|Private ", statement), f"{statement}: outside of all"
    assert open_blocks == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_name_is_declared(text: str) -> None:
    """Option Explicit stops a module that names what isn't declared; a label must be in the same procedure."""
    everywhere = {name.lower() for name in re.findall(r"(?:Function|Sub|Const) (\w+)", text)}
    everywhere |= {name.lower() for name in re.findall(r"^Private (\w+) As", text, re.MULTILINE)}
    for procedure in re.split(r"\r\n(?:Public |Private )?(?=(?:Function|Sub) \w+\()", text)[1:]:
        lines = list(statements(procedure.split("\r\nEnd ")[0]))
        whole = "\n".join(lines)
        declared = {name.lower() for name in re.findall(r"(\w+)(?:\([\d To]*\))? As \w+", whole)}
        labels = {name.lower() for name in re.findall(r"^(\w+):$", whole, re.MULTILINE)}
        jumps = {name.lower() for name in re.findall(r"(?:GoTo|Resume) (?!Next)(\w+)", whole)}
        assert jumps <= labels, lines[0]
        used = {name.lower() for name in re.findall(r"[A-Za-z_]\w*", whole)}
        assert used - declared - labels - everywhere <= KNOWN, lines[0]


def test_continuations_are_not_too_many() -> None:
    most = max(len(run.split("\r\n")) for text in TEXTS.values() for run in re.findall(r"(?:[^\r\n]* _\r\n)+", text))
    assert 1 < most <= vba.MOST_CONTINUATIONS
    longest = Function("FT_LONGEST", "x", tuple(Parameter("x" * 30 + str(i), "x") for i in range(60)), "", str, str)
    lines = list(vba._stub(longest))
    assert max(map(len, lines)) <= vba.LONGEST_LINE
    assert all(len(run) <= vba.MOST_CONTINUATIONS for run in (lines[: len(lines) // 2], lines[len(lines) // 2 :]))


@pytest.mark.parametrize("each", functions().values(), ids=functions())
def test_a_stub_for_every_function(each: Function) -> None:
    found = [line for line in statements(TEXTS["stubs"]) if re.search(rf"\b{each.name}\b", line)]
    given = [f"{'' if p.required else 'Optional '}{p.name} As Variant" for p in each.parameters]
    values = ", ".join(f"PlainValue({p.name})" for p in each.parameters)
    assert re.sub(r"\s+", " ", found[0]) == f"Public Function {each.name}({', '.join(given)}) As Variant"
    assert re.sub(r"\s+", " ", found[1]) == f'{each.name} = AskPython("", Array({values}))'
    assert f'AskPython("{each.name}", Array(' in TEXTS["stubs"]


@pytest.mark.parametrize("each", functions().values(), ids=functions())
def test_every_function_is_described(each: Function) -> None:
    told = TEXTS["descriptions"].split(f"Sub Describe_{each.name}()")[1].split("End Sub")[0]
    literals = [text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', told)]
    assert [p.doc for p in each.parameters] == literals[: len(each.parameters)]
    assert literals[-2:] == [each.doc, "xlcost"]
    assert f"'!{each.name}" in literals
    assert max(map(len, literals)) <= vba.LONGEST_LITERAL
    assert f"    Describe_{each.name}\r\n" in TEXTS["descriptions"]


def test_help_while_typing() -> None:
    root = fromstring(intellisense())
    space = "{http://schemas.excel-dna.net/intellisense/1.0}"
    found = {each.get("Name"): each for each in root.iter(f"{space}Function")}
    assert list(found) == list(functions())
    for name, each in functions().items():
        assert found[name].get("Description") == each.doc
        assert [argument.get("Description") for argument in found[name]] == [p.doc for p in each.parameters]


def test_the_names_pass_what_xlwings_needs() -> None:
    register(functions().values(), {"__name__": "anywhere"})
    helpers = {name.lower() for name in re.findall(r"(?:Function|Sub) (?!FT_)(\w+)", TEXTS["stubs"])}
    assert helpers.isdisjoint(p.name for each in functions().values() for p in each.parameters)

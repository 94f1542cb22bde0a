"""VBA projects: read, changed and written so that an independent reader agrees."""

import random
import struct
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from xlcost.errors import XlcostError
from xlcost.files.compound import read_streams, write_streams
from xlcost.files.vba_project import Module, Project, compress, decompress, read_project, write_project

ADDED = Module("added", "Module", 'Attribute VB_Name = "added"\r\nPublic Function F() As Double\r\nEnd Function\r\n')


@pytest.fixture(scope="module")
def project() -> Project:
    with zipfile.ZipFile(files("xlwings").joinpath("quickstart_standalone.xlsm").open("rb")) as book:
        return read_project(book.read("xl/vbaProject.bin"))


@settings(max_examples=60)
@given(st.text(alphabet="abAB \r\n_=", max_size=3000), st.integers(1, 5))
def test_compression(text: str, times: int) -> None:
    data = text.encode() * times
    packed = compress(data)
    assert decompress(packed) == data
    if data:
        assert bytes(decompress_stream(bytearray(packed))) == data


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 12_288])
def test_chunks(size: int) -> None:
    data = bytes(random.Random(size).choices(b"abcdefgh", k=size))
    assert decompress(compress(data)) == data == bytes(decompress_stream(bytearray(compress(data))))


def test_a_chunk_that_would_grow_stays_as_it_is() -> None:
    data = random.Random(1).randbytes(4096)
    packed = compress(data)
    assert len(packed) == 4096 + 3
    assert bytes(decompress_stream(bytearray(packed))) == data


def test_a_module_is_added(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "vbaProject.bin"
    path.write_bytes(write_project(project.having(*project.modules, ADDED)))
    found = {name: source for _, _, name, source in VBA_Parser(str(path)).extract_macros()}
    assert list(found) == [
        "ThisWorkbook.cls", "Sheet1.cls", "Module1.bas", "Sheet2.cls", "xlwings.bas", "Dictionary.cls", "added.bas",
    ]  # fmt: skip
    assert found["added.bas"].split() == ADDED.source.split()
    again = read_project(path.read_bytes())
    assert again.modules == (*project.modules, ADDED)
    assert again.head == project.head


def test_every_list_names_the_same_modules(project: Project) -> None:
    streams = read_streams(write_project(project.having(*project.modules[:2], ADDED)))
    assert set(streams) == {"VBA/dir", "VBA/_VBA_PROJECT", "PROJECT", "PROJECTwm"} | {
        "VBA/ThisWorkbook", "VBA/Sheet1", "VBA/added",
    }  # fmt: skip
    lines = streams["PROJECT"].decode().split("\r\n")
    assert lines[1:4] == ["Document=ThisWorkbook/&H00000000", "Document=Sheet1/&H00000000", "Module=added"]
    assert lines[lines.index("[Workspace]") + 1 :] == [
        "ThisWorkbook=0, 0, 0, 0, C", "Sheet1=0, 0, 0, 0, C", "added=0, 0, 0, 0, C", "",
    ]  # fmt: skip
    assert streams["PROJECTwm"].endswith(b"added\0a\0d\0d\0e\0d\0\0\0\0\0")


def test_the_directory_tells_modules_from_classes(project: Project) -> None:
    """By hand, record after record: type 0x21 is a module, 0x22 a class or a document; each source starts at 0."""
    data = bytes(decompress_stream(bytearray(read_streams(write_project(project))["VBA/dir"])))
    at, name, told = 0, "", {}
    while at < len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        size = 6 if kind == 0x09 else size
        content = data[at + 6 : at + 6 + size]
        at += 6 + size
        if kind == 0x0F:
            assert content == struct.pack("<H", len(project.modules))
        elif kind == 0x19:
            name = content.decode()
        elif kind == 0x31:
            assert content == bytes(4)
        elif kind in (0x21, 0x22):
            told[name] = kind
    assert kind == 0x10
    assert told == {each.name: 0x21 if each.kind == "Module" else 0x22 for each in project.modules}


def test_same_bytes(project: Project) -> None:
    assert write_project(project) == write_project(project)


def test_two_modules_of_one_name_are_refused(project: Project) -> None:
    with pytest.raises(ValueError, match="one name"):
        write_project(project.having(ADDED, Module("Added", "Module", "")))


def test_what_is_no_project_is_refused() -> None:
    with pytest.raises(XlcostError, match="damaged VBA project"):
        read_project(write_streams({"PROJECT": b"ID=1"}))
    with pytest.raises(XlcostError, match="damaged VBA project"):
        decompress(b"abc")


@pytest.mark.parametrize("tokens", [b"\x01\0\0", b"\xfea" + b"\xff\x0f" * 7])
def test_a_container_can_neither_reach_back_too_far_nor_fill_the_memory(tokens: bytes) -> None:
    chunk = struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens
    with pytest.raises(XlcostError, match="damaged VBA project"):
        decompress(b"\x01" + chunk)

"""Compound files: what is written is what another reader finds, and damage is refused."""

import contextlib
import io
import random

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcost.errors import XlcostError
from xlcost.files.compound import CUTOFF, SIGNATURE, read_streams, write_streams

NAMES = st.text("abcXYZ_0123456789", min_size=1, max_size=31)
SIZES = [0, 1, 63, 64, 65, 511, 512, CUTOFF - 1, CUTOFF, CUTOFF + 1, 70_000]


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def test_another_reader_finds_every_stream() -> None:
    streams = {f"VBA/s{size}": noise(size) for size in SIZES} | {"PROJECT": b"text"}
    data = write_streams(streams)
    file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)
    assert file.parsing_issues == []
    assert {"/".join(path): file.openstream(path).read() for path in file.listdir()} == streams
    assert read_streams(data) == streams
    assert len(data) % 512 == 0


@settings(max_examples=30)
@given(st.dictionaries(NAMES, st.sampled_from(SIZES[:-1]), max_size=40))
def test_what_is_written_is_read(sizes: dict[str, int]) -> None:
    streams = {f"VBA/{name}": noise(size) for name, size in sizes.items()}
    assert read_streams(write_streams(streams)) == streams
    assert write_streams(streams) == write_streams(streams)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8, 30])
def test_siblings_are_a_red_black_tree(count: int) -> None:
    """In the order by which readers search, and with as many black entries on every way down."""
    file = olefile.OleFileIO(
        io.BytesIO(write_streams({f"{'xY'[place % 2]}{place % 7}{place}": b"1" for place in range(count)}))
    )
    entries = {entry.sid: entry for entry in file.direntries if entry is not None}
    none = 0xFFFFFFFF

    def blacks(sid: int, parent_is_red: bool) -> int:
        if sid == none:
            return 0
        entry = entries[sid]
        is_red = entry.color == 0
        assert not (is_red and parent_is_red)
        left, right = blacks(entry.sid_left, is_red), blacks(entry.sid_right, is_red)
        assert left == right
        return left + (not is_red)

    def in_order(sid: int) -> list[str]:
        if sid == none:
            return []
        entry = entries[sid]
        return [*in_order(entry.sid_left), entry.name, *in_order(entry.sid_right)]

    top = entries[0].sid_child
    assert entries[top].color == 1
    blacks(top, False)
    assert in_order(top) == sorted(in_order(top), key=lambda name: (len(name), name.upper()))
    assert len(in_order(top)) == count


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", SIGNATURE, SIGNATURE + bytes(600), SIGNATURE + b"\xff" * 2000])
def test_damage_is_refused(data: bytes) -> None:
    with pytest.raises(XlcostError):
        read_streams(data)


@settings(max_examples=60)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_any_damage_ends(at: int, junk: bytes) -> None:
    whole = write_streams({"VBA/dir": noise(900), "VBA/m": noise(5000)})
    at %= len(whole)
    with contextlib.suppress(XlcostError):
        read_streams(whole[:at] + junk + whole[at + len(junk) :])


def test_more_than_the_header_can_list_is_refused() -> None:
    with pytest.raises(XlcostError, match="7 MB"):
        write_streams({"x": bytes(8_000_000)})

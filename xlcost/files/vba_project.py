"""VBA projects as Office stores them (MS-OVBA): the modules' sources, compressed, and the lists that name them.

What is written has no performance cache: Office compiles it from the sources when it opens the file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from xlcost.errors import XlcostError
from xlcost.files.compound import read_streams, write_streams

CODE_PAGE = "cp1252"  # of the projects that are read here, and so of those that are written
CHUNK = 4096
SHORTEST_COPY = 3
CANDIDATES = 16  # earlier places that are compared; more make it slower and hardly smaller

# Records of the stream VBA/dir.
_COUNT, _NAME, _NAME_UNICODE, _STREAM, _STREAM_UNICODE, _DOC, _DOC_UNICODE = 0x0F, 0x19, 0x47, 0x1A, 0x32, 0x1C, 0x48
_OFFSET, _HELP, _COOKIE, _PROCEDURAL, _DOCUMENT, _END_OF_MODULE, _END = 0x31, 0x1E, 0x2C, 0x21, 0x22, 0x2B, 0x10
_VERSION, _VERSION_SIZE = 0x09, 6  # this record tells a size that is too small by two


@dataclass(frozen=True)
class Module:
    """A module of a project: `Module`, `Class`, or the `Document` of the workbook or of a sheet."""

    name: str
    kind: str
    source: str


@dataclass(frozen=True)
class Project:
    """The modules, and what else the file says of the project, as it was read."""

    modules: tuple[Module, ...]
    head: bytes  # the records of VBA/dir before the modules: system, code page, references
    cookie: bytes
    stamp: bytes  # the stream VBA/_VBA_PROJECT
    text: str  # the stream PROJECT

    def module(self, name: str) -> Module:
        """The module of this name."""
        for each in self.modules:
            if each.name == name:
                return each
        raise XlcostError(f"the VBA project has no module {name}; it has {', '.join(m.name for m in self.modules)}")

    def having(self, *modules: Module) -> Project:
        """The same project with these modules instead of its own."""
        return replace(self, modules=modules)


def read_project(data: bytes) -> Project:
    """The project of a vbaProject.bin."""
    streams = read_streams(data)
    try:
        return _project(streams)
    except (KeyError, struct.error, IndexError, UnicodeDecodeError):
        raise XlcostError("a damaged VBA project; get the file again") from None


def write_project(project: Project) -> bytes:
    """The project as a vbaProject.bin. The same bytes for the same project."""
    names = [each.name for each in project.modules]
    if len({name.lower() for name in names}) < len(names):
        raise ValueError(f"two modules of one name: {names}")
    streams = {f"VBA/{each.name}": compress(_encoded(each.source)) for each in project.modules}
    streams["VBA/_VBA_PROJECT"] = project.stamp
    streams["VBA/dir"] = compress(_dir(project))
    streams["PROJECT"] = _encoded(_project_text(project))
    streams["PROJECTwm"] = b"".join(_encoded(name) + b"\0" + _wide(name) + b"\0\0" for name in names) + b"\0\0"
    return write_streams(streams)


def decompress(data: bytes) -> bytes:
    """The content of a compressed container (MS-OVBA 2.4.1.3.1)."""
    if data[:1] != b"\x01":
        raise XlcostError("a damaged VBA project; get the file again")
    out = bytearray()
    at = 1
    while at + 2 <= len(data):
        (head,) = struct.unpack_from("<H", data, at)
        end = min(at + (head & 0x0FFF) + 3, len(data))
        at += 2
        start = len(out)
        if not head & 0x8000:
            out += data[at : at + CHUNK]
            at += CHUNK
            continue
        while at < end:
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                (token,) = struct.unpack_from("<H", data, at)
                at += 2
                bits = _offset_bits(len(out) - start)
                length = (token & 0xFFFF >> bits) + SHORTEST_COPY
                back = (token >> 16 - bits) + 1
                if back > len(out) or len(out) + length > start + CHUNK:  # or a small file would fill the memory
                    raise XlcostError("a damaged VBA project; get the file again")
                for _ in range(length):
                    out.append(out[-back])
    return bytes(out)


def compress(data: bytes) -> bytes:
    """A compressed container: what `decompress` makes the data of."""
    return b"\x01" + b"".join(_chunk(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    out = bytearray()
    for group in _groups(data):
        flags = sum(1 << bit for bit, token in enumerate(group) if len(token) == 2)
        out.append(flags)
        for token in group:
            out += token
    if len(out) <= CHUNK:
        return struct.pack("<H", 0xB000 | len(out) - 1) + out
    if len(data) < CHUNK:
        raise ValueError("a last chunk that grows when it is compressed has no form")
    return struct.pack("<H", 0x3FFF) + data


def _groups(data: bytes) -> Iterator[list[bytes]]:
    """Tokens in eights: a byte as it is, or two bytes that say how far back the same bytes stand, and how many."""
    places: dict[bytes, list[int]] = {}
    group: list[bytes] = []
    at = 0
    while at < len(data):
        bits = _offset_bits(at)
        most = min((0xFFFF >> bits) + SHORTEST_COPY, len(data) - at)
        length, back = 0, 0
        for place in reversed(places.get(data[at : at + SHORTEST_COPY], [])[-CANDIDATES:]):
            same = 0
            while same < most and data[place + same] == data[at + same]:
                same += 1
            if same > length:
                length, back = same, at - place
        if length >= SHORTEST_COPY:
            group.append(struct.pack("<H", (back - 1) << 16 - bits | length - SHORTEST_COPY))
        else:
            length = 1
            group.append(data[at : at + 1])
        for place in range(at, at + length):
            places.setdefault(data[place : place + SHORTEST_COPY], []).append(place)
        at += length
        if len(group) == 8:
            yield group
            group = []
    if group:
        yield group


def _offset_bits(done: int) -> int:
    """How many of a copy token's 16 bits hold the distance, so far into the chunk."""
    return max(4, (done - 1).bit_length()) if done else 4


def _project(streams: dict[str, bytes]) -> Project:
    text = streams["PROJECT"].decode(CODE_PAGE)
    kinds = {
        match[2].lower(): match[1] for match in re.finditer(r"^(Module|Class|Document)=([^/\r\n]+)", text, re.MULTILINE)
    }
    data = decompress(streams["VBA/dir"])
    head_end, cookie = 0, b""
    modules: list[Module] = []
    name = stream = ""
    for kind, at, content in _records(data):
        if kind == _COUNT:
            head_end = at
        elif kind == 0x13 and head_end:
            cookie = content
        elif kind == _NAME:
            name = content.decode(CODE_PAGE)
        elif kind == _STREAM:
            stream = content.decode(CODE_PAGE)
        elif kind == _OFFSET:
            source = decompress(streams[f"VBA/{stream}"][int.from_bytes(content, "little") :]).decode(CODE_PAGE)
            modules.append(Module(name, kinds.get(name.lower(), "Module"), source))
    return Project(tuple(modules), data[:head_end], cookie, streams["VBA/_VBA_PROJECT"], text)


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, place and content of every record of VBA/dir."""
    at = 0
    while at + 6 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        if kind == _VERSION:
            size = _VERSION_SIZE
        yield kind, at, data[at + 6 : at + 6 + size]
        at += 6 + size


def _dir(project: Project) -> bytes:
    return b"".join(
        [
            project.head,
            _record(_COUNT, struct.pack("<H", len(project.modules))),
            _record(0x13, project.cookie),
            *map(_module_records, project.modules),
            _record(_END, b""),
        ]
    )


def _module_records(module: Module) -> bytes:
    name, wide = _encoded(module.name), _wide(module.name)
    return b"".join(
        [
            _record(_NAME, name),
            _record(_NAME_UNICODE, wide),
            _record(_STREAM, name),
            _record(_STREAM_UNICODE, wide),
            _record(_DOC, b""),
            _record(_DOC_UNICODE, b""),
            _record(_OFFSET, bytes(4)),  # the source is all of the stream
            _record(_HELP, bytes(4)),
            _record(_COOKIE, b"\xff\xff"),
            _record(_PROCEDURAL if module.kind == "Module" else _DOCUMENT, b""),
            _record(_END_OF_MODULE, b""),
        ]
    )


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HI", kind, len(content)) + content


def _project_text(project: Project) -> str:
    """The stream PROJECT: its own lines, with those that name modules made anew."""
    before, _, workspace = project.text.partition("[Workspace]")
    kept = re.sub(r"^(?:Module|Class|Document)=.*\r\n", "", before, flags=re.MULTILINE)
    first, _, rest = kept.partition("\r\n")  # the identifier comes first
    if not first.startswith("ID=") or not workspace:
        raise XlcostError("a VBA project whose stream PROJECT is not as expected; get the file again")
    named = [
        f"{each.kind}={each.name}/&H00000000" if each.kind == "Document" else f"{each.kind}={each.name}"
        for each in project.modules
    ]
    windows = [f"{each.name}=0, 0, 0, 0, C" for each in project.modules]
    return "\r\n".join([first, *named, rest + "[Workspace]", *windows, ""])


def _encoded(text: str) -> bytes:
    return text.encode(CODE_PAGE)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")

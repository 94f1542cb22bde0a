"""Compound files, the container of VBA projects (MS-CFB, version 3): a file system of named streams in one file."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xlcost.errors import XlcostError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR, MINI_SECTOR, ENTRY = 512, 64, 128
CUTOFF = 4096  # a shorter stream lies in mini sectors
IN_HEADER = 109  # sectors of the allocation table that the header can name: up to 7 MB

FREE, END, TABLE, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1

_HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII16xI16xIQ")


def read_streams(data: bytes) -> dict[str, bytes]:
    """Every stream by its path, such as VBA/dir."""
    try:
        return dict(_Reader(data).streams())
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError):
        raise XlcostError("a damaged compound file; get the file again") from None


def write_streams(streams: Mapping[str, bytes]) -> bytes:
    """A file with these streams by their paths. The bytes depend on nothing else: no time, no identifier."""
    root = _Node("Root Entry", ROOT)
    for path, content in streams.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = place.children.setdefault(folder, _Node(folder, STORAGE))
        place.children[name] = _Node(name, STREAM, content)
    nodes = list(_numbered(root))
    minis = [node for node in nodes if node.kind == STREAM and 0 < len(node.content) < CUTOFF]
    mini_table: list[int] = []
    for node in minis:
        node.start = _chain(mini_table, len(node.content), MINI_SECTOR)
    root.content = b"".join(_padded(node.content, MINI_SECTOR) for node in minis)

    table: list[int] = []
    body = []
    for node in (root, *(each for each in nodes if each.kind == STREAM and len(each.content) >= CUTOFF)):
        if node.content:
            node.start = _chain(table, len(node.content), SECTOR)
            body.append(_padded(node.content, SECTOR))
    packed_minis = struct.pack(f"<{len(mini_table)}I", *mini_table)
    first_mini = _chain(table, len(packed_minis), SECTOR) if mini_table else END
    body.append(_padded(packed_minis, SECTOR, b"\xff"))
    first_entry = _chain(table, len(nodes) * ENTRY, SECTOR)
    unused = _ENTRY.pack(b"", 0, 0, 0, NOTHING, NOTHING, NOTHING, 0, 0, 0)
    body.append(_padded(b"".join(node.entry() for node in nodes), SECTOR, unused))
    sectors = _allocate_table(table)
    if len(sectors) > IN_HEADER:
        raise XlcostError("a VBA project of more than 7 MB; xlcost writes smaller ones")
    header = _HEADER.pack(
        SIGNATURE, 0x3E, 3, 0xFFFE, 9, 6, 0, len(sectors), first_entry, 0, CUTOFF, first_mini,
        -(-len(packed_minis) // SECTOR), END, 0,
    )  # fmt: skip
    named = struct.pack(f"<{IN_HEADER}I", *sectors, *[FREE] * (IN_HEADER - len(sectors)))
    return header + named + b"".join(body) + struct.pack(f"<{len(table)}I", *table)


@dataclass(eq=False)
class _Node:
    """A storage or a stream, with the place of its entry and of its content in the file."""

    name: str
    kind: int
    content: bytes = b""
    children: dict[str, _Node] = field(default_factory=dict)
    number: int = 0
    colour: int = BLACK
    left: int = NOTHING
    right: int = NOTHING
    child: int = NOTHING
    start: int = END

    def entry(self) -> bytes:
        name = self.name.encode("utf-16-le")
        start = 0 if self.kind == STORAGE else self.start
        return _ENTRY.pack(
            name, len(name) + 2, self.kind, self.colour, self.left, self.right, self.child, 0, start, len(self.content)
        )


def _numbered(root: _Node) -> Iterator[_Node]:
    """Every node after its parent, with numbers, and with the siblings of each storage as a red-black tree."""
    found = [root]
    for place in found:  # grows meanwhile
        first = len(found)
        # Shorter names first, then by capitals: the order that readers search by.
        found += sorted(place.children.values(), key=lambda node: (len(node.name), node.name.upper()))
        siblings = found[first:]
        for offset, node in enumerate(siblings):
            node.number = first + offset
        if siblings:
            place.child = _balance(siblings, len(siblings).bit_length() - 1)
            siblings[len(siblings) // 2].colour = BLACK
    yield from found


def _balance(siblings: list[_Node], depth: int) -> int:
    """The number of the middle one, with the others in its branches. Only the last level is red."""
    if not siblings:
        return NOTHING
    middle = len(siblings) // 2
    node = siblings[middle]
    node.left = _balance(siblings[:middle], depth - 1)
    node.right = _balance(siblings[middle + 1 :], depth - 1)
    node.colour = RED if depth == 0 and node.left == node.right else BLACK
    return node.number


def _chain(table: list[int], size: int, sector: int) -> int:
    """Allocates sectors one after the other; the first is what comes back."""
    first, count = len(table), -(-size // sector)
    table += [*range(first + 1, first + count), END]
    return first


def _allocate_table(table: list[int]) -> list[int]:
    """The sectors of the allocation table itself, which it lists, too. It is filled up to whole sectors."""
    per_sector = SECTOR // 4
    count = 1
    while len(table) + count > count * per_sector:
        count += 1
    sectors = list(range(len(table), len(table) + count))
    table += [TABLE] * count
    table += [FREE] * (-len(table) % per_sector)
    return sectors


def _padded(content: bytes, size: int, filling: bytes = b"\0") -> bytes:
    return content + filling * (-len(content) % size // len(filling))


class _Reader:
    """An open compound file."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != SIGNATURE:
            raise XlcostError("no compound file, as a VBA project is; get the file again")
        (_, _, _, _, shift, mini_shift, _, tables, entries, _, _, minis, _, more, _) = _HEADER.unpack_from(data)
        self._data, self._sector, self._mini_sector = data, 1 << shift, 1 << mini_shift
        sectors = list(struct.unpack_from(f"<{IN_HEADER}I", data, _HEADER.size))
        if more < TABLE or tables > IN_HEADER:
            raise XlcostError("a VBA project of more than 7 MB; xlcost reads smaller ones")
        self._table = [each for sector in sectors[:tables] for each in self._numbers(self._at(sector))]
        self._entries = list(_ENTRY.iter_unpack(self._joined(entries)))
        self._mini_table = self._numbers(self._joined(minis))
        self._minis = self._joined(self._entries[0][8])

    def streams(self, number: int = 0, path: str = "", level: int = 0) -> Iterator[tuple[str, bytes]]:
        waiting, seen = [self._entries[number][6]], set()
        while waiting:
            at = waiting.pop()
            if at == NOTHING or at in seen or level > 9:
                continue
            seen.add(at)
            name, length, kind, _, left, right, _, _, start, size = self._entries[at]
            whole = path + name[: max(length - 2, 0)].decode("utf-16-le")
            if kind == STREAM:
                yield whole, self._content(start, size & 0xFFFFFFFF)
            elif kind == STORAGE:
                yield from self.streams(at, f"{whole}/", level + 1)
            waiting += [right, left]

    def _content(self, start: int, size: int) -> bytes:
        if size >= CUTOFF:
            return self._joined(start)[:size]
        pieces = [
            self._minis[sector * self._mini_sector : (sector + 1) * self._mini_sector]
            for sector in self._followed(self._mini_table, start)
        ]
        return b"".join(pieces)[:size]

    def _joined(self, start: int) -> bytes:
        return b"".join(map(self._at, self._followed(self._table, start)))

    def _followed(self, table: list[int], start: int) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= TABLE:
                return
            yield start
            start = table[start]

    def _at(self, sector: int) -> bytes:
        return self._data[(sector + 1) * self._sector : (sector + 2) * self._sector]

    def _numbers(self, content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))

"""Make everything that is generated, or check that it is what the code makes: `python scripts/regenerate.py --check`.

Generated are ATTACKS.md, REFERENCE.md and VALIDATION.md, the workbooks in workbook/, and pictures of their pages.
Pictures need LibreOffice and pdftoppm; each carries the digest of its workbook, and that is what is checked.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from attack import page as attacks_page  # noqa: E402
from reference import reference  # noqa: E402
from validation_page import page as validation_page  # noqa: E402
from validation_page import picture as validation_picture  # noqa: E402

from xlcost import Case  # noqa: E402
from xlcost.files.saving import save_bytes  # noqa: E402
from xlcost.hosts.ft_headless import finished  # noqa: E402
from xlcost.sheets.render import render  # noqa: E402

FOLDER = ROOT / "workbook"
PICTURES = {"support-assistant.png": ("support-assistant.xlsx", 3), "finance.png": ("finance.xlsx", 4)}  # pages
DIGEST = b"workbook-digest"


def main() -> int:
    """Write what is generated; with --check, compare instead and exit 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--pictures", action="store_true", help="draw the pictures again too")
    options = parser.parse_args()
    wanted = {
        ROOT / "ATTACKS.md": attacks_page().encode(),
        ROOT / "REFERENCE.md": reference().encode(),
        ROOT / "VALIDATION.md": validation_page().encode(),
        **workbooks(),
    }
    if options.check:
        stale = [path for path, data in wanted.items() if not _same(path, data)]
        stale += [
            FOLDER / name
            for name, (book, _) in PICTURES.items()
            if _digest_in(FOLDER / name) != _digest(wanted[FOLDER / book])
        ]
        if _digest_in(FOLDER / "validation.png") != _text_digest(validation_page()):
            stale.append(FOLDER / "validation.png")
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the code makes: run python scripts/regenerate.py --pictures")
        return 1 if stale else 0
    for path, data in wanted.items():
        if not _same(path, data):
            save_bytes(path, data)
            print(f"written: {path.relative_to(ROOT)}")
    if options.pictures:
        save_bytes(FOLDER / "validation.png", _with_digest(validation_picture(), _text_digest(validation_page())))
        print("drawn: workbook/validation.png")
        for name, (book, page) in PICTURES.items():
            _draw(FOLDER / book, page, FOLDER / name)
            print(f"drawn: workbook/{name}")
    return 0


def workbooks() -> dict[Path, bytes]:
    """The ready-made workbooks: the template, and one for each case file."""
    books = {FOLDER / "template.xlsx": finished(render(Case.shipped()))}
    for path in sorted(FOLDER.glob("*.toml")):
        base = Case.read(path)
        books[path.with_suffix(".xlsx")] = finished(render({**Case.shipped(base), "Base": base}))
    return books


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _same(path: Path, data: bytes) -> bool:
    """Equal in all that is packed: another zlib may pack the same parts into other bytes."""
    if not path.exists():
        return False
    found = path.read_bytes()
    if path.suffix != ".xlsx":
        return found.replace(b"\r\n", b"\n") == data
    return found == data or _parts(found) == _parts(data)


def _digest(book: bytes) -> bytes:
    digest = hashlib.sha256()
    for name, part in sorted(_parts(book).items()):
        digest.update(name.encode() + b"\0" + part + b"\0")
    return digest.hexdigest().encode()


def _draw(book: Path, page: int, picture: Path) -> None:
    soffice, pdftoppm = shutil.which("soffice"), shutil.which("pdftoppm")
    if not soffice or not pdftoppm:
        sys.exit("pictures need LibreOffice (soffice) and poppler (pdftoppm)")
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        subprocess.run(
            [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)],
            check=True,
            capture_output=True,
        )
        pages = ["-f", str(page), "-l", str(page), "-r", "110", "-png", "-singlefile"]
        subprocess.run([pdftoppm, *pages, str(Path(folder, book.stem + ".pdf")), str(Path(folder, "page"))], check=True)
        data = Path(folder, "page.png").read_bytes()
    picture.write_bytes(_with_digest(data, _digest(book.read_bytes())))


def _text_digest(page: str) -> bytes:
    return hashlib.sha256(page.encode()).hexdigest().encode()


def _with_digest(data: bytes, digest: bytes) -> bytes:
    """A PNG that also holds the digest of what it shows."""
    text = DIGEST + b"\0" + digest
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    end = data.rindex(b"IEND") - 4
    return data[:end] + chunk + data[end:]


def _digest_in(picture: Path) -> bytes | None:
    if not picture.exists():
        return None
    _, found, rest = picture.read_bytes().partition(b"tEXt" + DIGEST + b"\0")
    return rest[:64] if found else None


if __name__ == "__main__":
    sys.exit(main())

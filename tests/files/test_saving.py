"""Saving: the old file stays byte for byte until the new one is complete. Numbers are those of the list of faults."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xlcost.errors import CannotWrite
from xlcost.files import saving
from xlcost.files.saving import save_bytes


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(saving.TEMPORARY)]


def test_new_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    save_bytes(target, b"one")
    save_bytes(target, b"two")
    assert target.read_bytes() == b"two"
    assert leftovers(tmp_path) == []


def test_permissions_of_the_old_file_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    save_bytes(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save_bytes(tmp_path / "a.xlsx", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.xlsx").stat().st_mode) == 0o640


def test_force_false_refuses_an_existing_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    save_bytes(target, b"one", force=False)
    with pytest.raises(CannotWrite, match="exists already"):
        save_bytes(target, b"two", force=False)
    assert target.read_bytes() == b"one"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("lock", "program"),
    [("~$a.xlsx", "Excel"), (".~lock.a.xlsx#", "LibreOffice")],
    ids=["167-excel", "168-libreoffice"],
)
def test_open_elsewhere(tmp_path: Path, lock: str, program: str) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(CannotWrite, match=f"open in {program}") as refusal:
        save_bytes(target, b"new")
    assert refusal.value.exit_code == 3
    assert target.read_bytes() == b"old"


def test_169_read_only_file(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o444)
    with pytest.raises(CannotWrite, match="read-only"):
        save_bytes(target, b"new")
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("code", "cause"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "no permission"), (errno.EROFS, "disk is read-only")],
    ids=["171-disk-full", "170-read-only-folder", "170-read-only-disk"],
)
def test_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, cause: str) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CannotWrite, match=cause):
        save_bytes(target, b"new")
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_172_killed_while_saving(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    code = (
        "import os, signal, sys\n"
        "from xlcost.files.saving import save_bytes\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "save_bytes(sys.argv[1], b'new' * 100_000)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert run.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old"
    assert len(leftovers(tmp_path)) == 1
    save_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert leftovers(tmp_path) == []


def test_sweeping_leaves_a_running_saver_alone(tmp_path: Path) -> None:
    mine = tmp_path / f"{saving.TEMPORARY}{saving._host()}-{os.getpid()}-abc.tmp"
    mine.write_bytes(b"being written")
    other = tmp_path / f"{saving.TEMPORARY}elsewhere-1-abc.tmp"
    other.write_bytes(b"of another computer, just now")
    save_bytes(tmp_path / "a.xlsx", b"new")
    assert mine.exists()
    assert other.exists()


def test_173_two_savers_at_once(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    contents = [bytes([number]) * 200_000 for number in range(6)]
    threads = [threading.Thread(target=save_bytes, args=(target, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() in contents
    assert leftovers(tmp_path) == []


def test_175_symlink_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    save_bytes(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_176_disk_without_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(_: int) -> None:
        raise OSError(errno.EINVAL, "no fsync here")

    monkeypatch.setattr(os, "fsync", unsupported)
    save_bytes(tmp_path / "a.xlsx", b"new")
    assert (tmp_path / "a.xlsx").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("x" * 300 + ".xlsx", "a name of 305 bytes; at most 255"),
        ("CON.xlsx", "keeps the name CON"),
        ("lpt1.tar.xlsx", "keeps the name lpt1"),
        ("absent/a.xlsx", "doesn't exist"),
        (".", "a folder"),
    ],
    ids=["177-long", "178-con", "178-lpt1", "no-folder", "folder"],
)
def test_names_that_can_not_be(tmp_path: Path, name: str, cause: str) -> None:
    with pytest.raises(CannotWrite, match=cause):
        save_bytes(tmp_path / name, b"new")
    assert list(tmp_path.iterdir()) == []


def test_console_is_a_fine_name(tmp_path: Path) -> None:
    save_bytes(tmp_path / "console.xlsx", b"new")
    assert (tmp_path / "console.xlsx").exists()

"""Putting a file in its place whole or not at all: the old one stays byte for byte until the new one is complete."""

import errno
import os
import re
import secrets
import socket
import stat
import time
from pathlib import Path

from xlcost.errors import CannotWrite

TEMPORARY = ".xlcost-"
MAX_NAME_BYTES = 255
MAX_WINDOWS_PATH = 259
ABANDONED_AFTER = 24 * 3600  # seconds until another computer's left-over counts as such


def save_bytes(path: str | Path, data: bytes, *, force: bool = True) -> None:
    """Write data to path through a temporary file beside it. With force=False an existing file is refused."""
    target = Path(os.path.realpath(path))
    _check_name(target, path)
    _check_place(target, path, force)
    _sweep(target.parent)
    temporary = target.parent / f"{TEMPORARY}{_host()}-{os.getpid()}-{secrets.token_hex(6)}.tmp"
    try:
        _write(temporary, data, _mode(target))
        _put(temporary, target, force)
    except OSError as error:
        raise CannotWrite(f"{path}: {_cause(error)}") from None
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def refuse_unwritable(path: str | Path) -> None:
    """Refuse at once what `save_bytes` would refuse after the work is done, as far as it can be known before."""
    target = Path(os.path.realpath(path))
    _check_name(target, path)
    _check_place(target, path, force=True)
    if not os.access(target.parent, os.W_OK):
        raise CannotWrite(f"{path}: no permission to write in the folder {target.parent}")


def _check_name(target: Path, path: str | Path) -> None:
    name = target.name
    if re.fullmatch(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", name, re.IGNORECASE):
        raise CannotWrite(f"{path}: Windows keeps the name {name.split('.')[0]} for a device; choose another")
    if len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise CannotWrite(f"{path}: a name of {len(os.fsencode(name))} bytes; at most {MAX_NAME_BYTES}")
    if os.name == "nt" and len(str(target)) > MAX_WINDOWS_PATH:
        raise CannotWrite(f"{path}: a path of {len(str(target))} letters; at most {MAX_WINDOWS_PATH}")


def _check_place(target: Path, path: str | Path, force: bool) -> None:
    try:
        if target.is_dir():
            raise CannotWrite(f"{path}: a folder; name a file in it")
        if not target.parent.is_dir():
            raise CannotWrite(f"{path}: the folder {target.parent} doesn't exist")
        for lock, program in _LOCKS.items():
            if (target.parent / lock.format(name=target.name)).exists():
                lock_name = lock.format(name=target.name)
                raise CannotWrite(
                    f"{path}: open in {program} ({lock_name}); close it there, or delete that file if it isn't"
                )
        if target.exists():
            if not force:
                raise CannotWrite(f"{path}: exists already; name another file, or allow it to be replaced")
            if not target.is_file():
                raise CannotWrite(f"{path}: not an ordinary file")
            if not target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
                raise CannotWrite(f"{path}: read-only; make it writable or name another file")
    except OSError as error:
        raise CannotWrite(f"{path}: {_cause(error)}") from None


def _write(temporary: Path, data: bytes, mode: int | None) -> None:
    """A new file gets the permissions that the user's umask gives, a replaced one keeps its own."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
    if mode is not None:
        temporary.chmod(mode)


def _put(temporary: Path, target: Path, force: bool) -> None:
    if force:
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)  # unlike a rename, a link never replaces what somebody put there meanwhile
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(errno.EEXIST, "exists already") from None
        temporary.replace(target)


def _mode(target: Path) -> int | None:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove what savers left behind that were killed, but nothing of one that still runs."""
    try:
        leftovers = list(folder.glob(f"{TEMPORARY}*.tmp"))
        for leftover in leftovers:
            if _is_abandoned(leftover):
                leftover.unlink(missing_ok=True)
    except OSError:
        return


def _is_abandoned(leftover: Path) -> bool:
    match = re.fullmatch(rf"{re.escape(TEMPORARY)}(\w+)-(\d+)-\w+\.tmp", leftover.name)
    if match is None:
        return False
    if match[1] == _host() and os.name != "nt":
        return not _runs(int(match[2]))
    return time.time() - leftover.stat().st_mtime > ABANDONED_AFTER


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _host() -> str:
    return re.sub(r"\W", "_", socket.gethostname())[:40] or "_"


def _cause(error: OSError) -> str:
    if error.errno in _CAUSES:
        return _CAUSES[error.errno]
    return f"can't be written ({error.strerror or error})"


_LOCKS = {"~${name}": "Excel", ".~lock.{name}#": "LibreOffice"}
_NO_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}
_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "no permission to write there, or another program has it open",
    errno.EPERM: "no permission to write there",
    errno.EROFS: "the disk is read-only",
    errno.ENAMETOOLONG: "the name or path is too long",
    errno.EEXIST: "exists already; name another file, or allow it to be replaced",
}

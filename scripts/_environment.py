"""The environments that demo.py, test.py and check.py run in: made when first needed, and kept while they fit.

Standard library only. Python 3.8 must still be able to read this file, so as to say that it is too old.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
IS_WINDOWS = os.name == "nt"
STAMP = "xlcost-stamp"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


def environment(name, extras=()):
    """The Python of a virtual environment in the checkout in which xlcost is installed, with these extras."""
    _refuse_old_python()
    folder = ROOT / name
    python = folder / ("Scripts/python.exe" if IS_WINDOWS else "bin/python")
    stamp = folder / STAMP
    wanted = _fingerprint(extras)
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    note(f"Installing xlcost into {name}: a minute or two, this once")
    if not _is_sound(folder, python):
        _make(folder)
    requirement = str(ROOT) + (f"[{','.join(extras)}]" if extras else "")
    if run(python, *PIP, "install", "--quiet", "--editable", requirement) != 0:
        stop(f"{name}: pip could not install xlcost; what it says stands above")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def command(python, name):
    """A command that is installed beside a Python."""
    return python.parent / (name + (".exe" if IS_WINDOWS else ""))


def run(*words, show=False, **options):
    """Run a command in the checkout and wait; what comes back is its exit code."""
    if show:
        note("$ " + " ".join(shlex.quote(str(word)) for word in words))
    return subprocess.run([str(word) for word in words], cwd=ROOT, **options).returncode


def libreoffice():
    """The path of LibreOffice's program, or None."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return found
    places = ["/Applications/LibreOffice.app/Contents/MacOS/soffice"]
    places += [
        str(Path(os.environ[folder], "LibreOffice", "program", "soffice.exe"))
        for folder in ("ProgramFiles", "ProgramFiles(x86)")
        if folder in os.environ
    ]
    return next((place for place in places if Path(place).exists()), None)


def need_libreoffice():
    """Install LibreOffice where that may be done without asking; otherwise say what its absence means."""
    if libreoffice() is not None:
        return
    how = "install it, and run this again"
    if sys.platform == "darwin":
        how = "`brew install --cask libreoffice`"
        if shutil.which("brew"):
            note("Installing LibreOffice, for the tests that compare two spreadsheet engines")
            run("brew", "install", "--quiet", "--cask", "libreoffice")
    elif IS_WINDOWS:
        how = "`winget install TheDocumentFoundation.LibreOffice`"
    elif shutil.which("apt-get"):
        packages = ("libreoffice-calc", "python3-uno", "fonts-liberation")
        how = "`apt-get install {}` as root".format(" ".join(packages))
        note("Installing LibreOffice, for the tests that compare two spreadsheet engines")
        _apt_get("install", "--yes", "--no-install-recommends", *packages)
    if libreoffice() is None:
        note(f"No LibreOffice here: the tests that compare two spreadsheet engines are skipped. To run them: {how}")


def note(text):
    """A line of what is going on. At once, so that it stands before what the next command says."""
    print(text, flush=True)


def stop(text):
    """End with a line that says why."""
    sys.exit(f"{Path(sys.argv[0]).name}: {text}")


def _refuse_old_python():
    if sys.version_info < OLDEST:
        own, oldest = sys.version.split()[0], ".".join(map(str, OLDEST))
        stop(f"this is Python {own} ({sys.executable}); xlcost needs {oldest} or later: run this with such a one")


def _fingerprint(extras):
    """Of all that decides what is in an environment."""
    parts = [
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(ROOT).encode(),
        ",".join(extras).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is_sound(folder, python):
    """Whether an environment is there whose Python runs, and is as new as the one that runs this."""
    if not python.exists():
        return False
    asked = "import sys, pip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def _make(folder):
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships it apart
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not _apt_get("install", "--yes", "--no-install-recommends", package):
            stop(f"this Python can't make virtual environments; on Debian and Ubuntu: apt-get install {package}")
    if run(sys.executable, "-m", "venv", "--clear", folder) != 0:
        stop(f"{folder.name}: no virtual environment could be made; what Python says stands above")


def _apt_get(*words):
    """Whether apt-get did it: as root, or through sudo where that asks no password."""
    if not shutil.which("apt-get"):
        return False
    prefix = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or run("sudo", "-n", "true", stderr=subprocess.DEVNULL) != 0:
            return False
        prefix = ["sudo", "-n"]
    prefix += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    run(*prefix, "update", **quiet)
    return run(*prefix, *words, **quiet) == 0

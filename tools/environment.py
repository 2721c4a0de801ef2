"""`make setup`, first half: the virtual environment in .venv, from the hash-locked list.

Runs on the system's own Python before anything is installed, so it stands on the standard library alone.
Running it again with nothing changed costs one hash and one file read.
"""

import hashlib
import importlib.util
import os
import shutil
import sys

from tools.machine import ROOT, install_debian, install_python, run

VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "luoshi-stamp"
OLDEST = (3, 11)


def main() -> None:
    """Leave a .venv that matches the lock; exits with a clear sentence where the machine lacks something."""
    if sys.version_info < OLDEST:
        found = sys.version.split()[0]
        sys.exit(f"Python 3.11 or newer is needed, this is {found}. Try: make setup PYTHON=python3.11")
    if _is_current():
        return
    if not _belongs_here():
        _create()
    print(f"Installing Python packages from {LOCK.name} …", flush=True)
    install_python(str(VENV / "bin" / "python"), LOCK.name)
    STAMP.write_text(_wanted(), encoding="utf-8")


def _birthplace() -> str:
    # A moved or copied tree would run the old place's programs, another Python another library.
    return f"{VENV} {' '.join(sys.version.split())} {os.path.realpath(sys.executable)}"


def _wanted() -> str:
    return f"{_birthplace()}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"


def _is_current() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == _wanted()


def _belongs_here() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8").splitlines()[0] == _birthplace()


def _create() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--python", sys.executable, str(VENV))
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_debian(["python3-venv"], "This Python cannot make virtual environments.")
    run(sys.executable, "-m", "venv", str(VENV))


if __name__ == "__main__":
    main()

"""What setup asks of the machine: to run a command, to install a Debian package. Standard library only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Behind a county's own proxy: trust the certificates that the machine trusts, as pip and apt are told to.
_TRUST = {"NODE_USE_SYSTEM_CA": "1", "UV_SYSTEM_CERTS": "1"}


def run(*command: str) -> None:
    """Run a command silently in the project's folder; exits with what it printed when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **_TRUST},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        ending = f"`{' '.join(command)}` ended with exit code {done.returncode}."
        sys.exit(f"{done.stdout}\nSetup stopped: {ending}")


def install_python(python: str, lock: str) -> None:
    """Install a hash-locked list into that Python's environment: by uv when present, else by its own pip."""
    if shutil.which("uv"):
        run("uv", "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", lock)
    else:
        pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
        run(*pip, "install", "--no-compile", "--require-hashes", "--only-binary=:all:", "-r", lock)


def install_debian(packages: Sequence[str], lacking: str) -> None:
    """Install Debian packages as root; any other user is told what is lacking and the command for it."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        sys.exit(f"{lacking} On Debian that is: {names}")
    if os.geteuid() != 0:
        sys.exit(f"{lacking} Install it once: sudo apt-get install {names}")
    print(f"Installing {names} …", flush=True)
    run("apt-get", "update", "-qq")
    run(
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-yqq",
        "--no-install-recommends",
        *packages,
    )

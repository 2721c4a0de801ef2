"""`make test`, before the tests: a browser, Chinese fonts and a PostgreSQL server that starts."""

import os
import shutil
import subprocess

from tests.infra.chromium import find_chromium
from tests.infra.postgres import server_programs
from tools.machine import install_debian


def main() -> None:
    """Install what is lacking as root; exits with a clear sentence for anyone else."""
    lacking = [*_browser(), *_fonts(), *_database()]
    if lacking:
        install_debian(lacking, "The tests need a browser, Chinese fonts and PostgreSQL.")


def _browser() -> list[str]:
    return [] if find_chromium() else ["chromium"]


def _fonts() -> list[str]:
    listing = ("fc-list", ":lang=zh-cn", "file")
    if shutil.which("fc-list") and subprocess.run(listing, capture_output=True, check=False).stdout.strip():
        return []
    return ["fontconfig", "fonts-noto-cjk"]


def _database() -> list[str]:
    if os.environ.get("LUOSHI_TEST_DATABASE_URL"):
        return []
    version = (server_programs() / "postgres", "--version")
    try:
        subprocess.run(version, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return ["postgresql"]
    return []


if __name__ == "__main__":
    main()

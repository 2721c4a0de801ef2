"""The Chromium that browser tests drive, and how to start it so that it speaks to nobody but us."""

import shutil

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

# Root may not have a sandbox; the rest keeps the browser from calling home, which a closed network refuses.
LAUNCH_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of the machine's Chromium, None where it has none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def chromium_program() -> str:
    """The path of the machine's Chromium; raises FileNotFoundError with what to do about it."""
    if found := find_chromium():
        return found
    raise FileNotFoundError("Browser tests need Chromium: run `make test`, or apt-get install chromium")

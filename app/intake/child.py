"""The program that reads one document and ends (decision 0012): `python -I child.py`.

Standard input: a line of JSON `[what, filename, seconds, mebibytes]`, then the file; `what` is `text` or `rows`. Standard
output: a line that says `ok` or the code of a refusal, then the text, the rows as JSON, or the sentence. The limits are the process's own, set before a byte of the file is
looked at; it can write no file and leaves no core behind, and it was started without the settings and their secrets.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).resolve().parent


def main() -> None:
    """Read the document that standard input holds, and answer."""
    what, filename, seconds, mebibytes = json.loads(sys.stdin.buffer.readline())
    _limit(seconds, mebibytes)
    code, words = _answer(what, filename)
    sys.stdout.buffer.write(f"{code}\n{words}".encode())


def _limit(seconds: int, mebibytes: int) -> None:
    most = mebibytes * 2**20
    for kind, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, given = resource.getrlimit(kind)
        own = limit if given == resource.RLIM_INFINITY else min(limit, given)
        resource.setrlimit(kind, (own, given if kind == resource.RLIMIT_CPU else own))


def _answer(what: str, filename: str) -> tuple[str, str]:
    _found_without_the_site()
    from app.intake.readers import rows_of, text_of
    from workflows.errors import Refused

    content = sys.stdin.buffer.read()
    try:
        return "ok", text_of(filename, content) if what == "text" else json.dumps(rows_of(filename, content))
    except Refused as refusal:
        return refusal.code, str(refusal)


def _found_without_the_site() -> None:
    """Make the readers importable without `app/__init__.py`: pages, tables and engine take two seconds to load."""
    sys.path.insert(0, str(_HERE.parent.parent))
    for name, folder in (("app", _HERE.parent), ("app.intake", _HERE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if __name__ == "__main__":
    main()

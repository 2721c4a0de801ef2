"""The shape of the house: what every file must keep to, and that the tools which watch it do bite."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from config import Config

PROJECT = Path(__file__).parents[1]
QUIET = {
    "__future__",
    "bisect",
    "calendar",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "types",
    "typing",
    "unicodedata",
    "workflows",
}
"""What pure code may import: nothing here reads a clock, a file, the network, the environment or chance."""

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PROJECT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(module: ast.Module) -> Iterator[str]:
    """The top-level names of everything a module imports, wherever the import stands."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else (node.module or "").split(".")[0]


def calls(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(owner, method) of every method call that a plain or dotted name begins."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            yield name, node.func.attr


@pytest.mark.parametrize("path", sources("workflows"), ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_rules_import_only_the_quiet_standard_library(path: Path) -> None:
    assert set(imported(tree(path))) <= QUIET


def test_the_rules_open_print_and_ask_nothing() -> None:
    loud = {"open", "print", "input", "exec", "eval", "__import__", "compile", "breakpoint"}
    for path in sources("workflows"):
        called = {
            node.func.id
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called & loud == set(), path


def test_only_the_database_module_commits() -> None:
    committing = {
        str(path.relative_to(PROJECT))
        for path in [*sources("app", "workflows", "migrations"), PROJECT / "wsgi.py", PROJECT / "config.py"]
        if any(method == "commit" for _, method in calls(tree(path)))
    }
    assert committing == {"app/db.py"}


def test_only_the_clock_reads_the_clock() -> None:
    reading = {
        str(path.relative_to(PROJECT))
        for path in [*sources("app", "workflows", "migrations"), PROJECT / "wsgi.py", PROJECT / "config.py"]
        if CLOCKS & set(calls(tree(path)))
    }
    assert reading == {"app/clock.py"}


def test_only_the_configuration_reads_the_environment() -> None:
    reading = {
        str(path.relative_to(PROJECT))
        for path in [*sources("app", "workflows", "migrations"), PROJECT / "wsgi.py", PROJECT / "config.py"]
        if "os.environ" in (text := path.read_text(encoding="utf-8")) or "getenv" in text
    }
    assert reading == {"config.py"}


@pytest.mark.parametrize("setting", [field.name for field in fields(Config)])
def test_every_setting_is_named_in_the_readme(setting: str) -> None:
    assert f"LUOSHI_{setting}" in (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sources("app", "workflows", "migrations"), ids=lambda p: str(p.relative_to(PROJECT))
)
def test_no_file_is_longer_than_four_hundred_lines_and_no_function_than_sixty(path: Path) -> None:
    if path.parent.name == "versions":
        return  # a migration is a list, as long as the tables are many
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, node.name


# ------------------------------------------------------------------------------- who may import whom

CONTRACTS = {
    "workflows is pure": ("workflows/errors.py", "import socket"),
    "web, cli > demo > engine, services": ("app/clock.py", "from app import intake as _intake"),
    "pages touch neither tables": ("app/web/health.py", "import sqlalchemy as _sa"),
    "no import circles": ("workflows/wording.py", "from workflows import light as _light"),
}
"""Each contract by the beginning of its name: the file that breaks it, and the line."""

MANNERS = {
    "at the top": "{line}\n",
    "inside a function": "def _hidden() -> None:\n    {line}\n",
    "for the type checker": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {line}\n",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code alone, to be broken."""
    for folder in ("app", "workflows"):
        nothing_served = shutil.ignore_patterns("static", "templates", "__pycache__")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=nothing_served)
    for file in ("pyproject.toml", "config.py"):
        shutil.copy(PROJECT / file, tmp_path / file)
    return tmp_path


def verdicts(folder: Path) -> dict[str, str]:
    """Contract → KEPT or BROKEN, as import-linter says."""
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run(
        [linter, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {}
    for name in CONTRACTS:
        [verdict] = re.findall(rf"^{re.escape(name)}.* (KEPT|BROKEN)\b", said.stdout, re.MULTILINE)
        found[name] = verdict
    assert said.returncode == ("BROKEN" in found.values()), said.stdout + said.stderr
    return found


def test_every_contract_is_kept(copy: Path) -> None:
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.parametrize("manner", MANNERS)
def test_every_contract_broken_on_purpose_is_caught(copy: Path, manner: str) -> None:
    for file, line in CONTRACTS.values():
        with (copy / file).open("a", encoding="utf-8") as code:
            code.write("\n\n" + MANNERS[manner].format(line=line))
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "BROKEN")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_broken_contract_is_named_and_no_other(copy: Path, contract: str) -> None:
    file, line = CONTRACTS[contract]
    with (copy / file).open("a", encoding="utf-8") as code:
        code.write(f"\n\n{line}\n")
    assert [name for name, verdict in verdicts(copy).items() if verdict == "BROKEN"] == [contract]

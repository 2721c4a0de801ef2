"""Loading the demo: all of it or none of it, and only into an empty house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.db import database, in_one_piece, session
from app.demo import county, document, history
from app.models import Person, Plan, Unit
from app.queries import rules
from workflows.calendar import instant, local_date


class Outcome(StrEnum):
    """What `load` found and did."""

    LOADED = "loaded"
    PRESENT = "present"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome, and where the sample .docx lies; no file beside somebody else's data."""

    outcome: Outcome
    file: Path | None = None


def load() -> Loaded:
    """Bring the demo county about, up to the moment of the app's clock.

    Nothing happens when it is there already, or when the database holds anybody else's units or people.
    """
    s = session()
    present = s.scalar(
        sa.select(Plan).where(Plan.title.startswith(document.TITLE)).order_by(Plan.id).limit(1)
    )
    if present:
        return Loaded(Outcome.PRESENT, _written(present.source.content))
    if s.scalar(sa.select(Unit.id).limit(1)) or s.scalar(sa.select(Person.id).limit(1)):
        return Loaded(Outcome.FOREIGN)
    days = document.dates(local_date(clock.now()), rules.calendar())
    content = document.as_docx(document.text(days))
    with in_one_piece(), _own_clock():
        entered_at = instant(rules.calendar().shift(days.issued_on, -3), 9)
        history.begin(county.enter(entered_at), days, content).live()
    return Loaded(Outcome.LOADED, _written(content))


def _written(content: bytes) -> Path:
    """Where the sample .docx lies; it is put there when it is missing."""
    file = _file()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return file


@contextmanager
def _own_clock() -> Iterator[None]:
    """The story moves the app's clock; afterwards the real one runs again."""
    real = current_app.extensions["clock"]
    try:
        yield
    finally:
        current_app.extensions["clock"] = real


def _file() -> Path:
    """Beside the SQLite database, or in the instance folder when the database is elsewhere."""
    address = database().url
    local = address.get_backend_name() == "sqlite" and address.database
    folder = Path(local).resolve().parent if local else Path(current_app.instance_path)
    return folder / document.FILENAME

"""The only reader of time. Everything else is given `now`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask import current_app


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)


class StoppedClock:
    """A clock that stands at one instant: `engine tick --at`, the demo's history, tests."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock on the wall and the steady one that nobody sets, read together."""

    wall: datetime
    steady: timedelta


def pace() -> Pace:
    """One reading of both clocks."""
    return Pace(now(), steady())


def steady() -> timedelta:
    """The steady clock that nobody sets: for how long something takes, not for when it was."""
    return timedelta(seconds=time.monotonic())


def now() -> datetime:
    """The instant of the running app's clock, aware, in UTC."""
    clock: Clock = current_app.extensions["clock"]
    return clock.now()

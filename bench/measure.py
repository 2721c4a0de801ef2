"""Time, memory and queries of a piece of work."""

from __future__ import annotations

import resource
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from flask import Flask

Work = Callable[[], object]
Figures = dict[str, object]


def seconds(
    work: Work, *, rounds: int, before: Work = lambda: None, clock: Callable[[], float] = perf_counter
) -> float:
    """The median of so many rounds, `before` each of them untimed; one round first to warm up.

    With `process_time` as the clock, what other programs do meanwhile does not count.
    """
    taken = []
    for _ in range(rounds + 1):
        before()
        start = clock()
        work()
        taken.append(clock() - start)
    return median(taken[1:])


def peak_mib(work: Work) -> float:
    """MiB of Python memory that one round held at most, above what stood before it."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return (peak - before) / 2**20


def rss_mib() -> float:
    """MiB: the largest the process has been."""
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / (2**20 if sys.platform == "darwin" else 2**10)


@dataclass
class Counted:
    """Statements sent to the database while counting."""

    statements: int = 0


@contextmanager
def counting(app: Flask) -> Iterator[Counted]:
    """Count the app's statements."""
    counted, engine = Counted(), app.extensions["db"].kw["bind"]

    def count(*_: Any) -> None:
        counted.statements += 1

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)


def figures(took: float, beside: float, what: str, rounds: int, peak: float, statements: int) -> Figures:
    """What every line says of the work and of the plain work beside it."""
    return {
        "seconds": round(took, 5),
        "beside": what,
        "beside_seconds": round(beside, 5),
        "ratio": round(took / beside, 2),
        "rounds": rounds,
        "queries": statements,
        "peak_mib": round(peak, 2),
    }

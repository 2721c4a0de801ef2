"""`python -m tests.infra.fuzz --inputs 20000`: spoilt files of every kind through readers and parser, watched.

Prints one JSON object: how many were read and refused, what crashed or hung (with the seed that makes it again), the
slowest input and the most memory the process took. Exit 1 if anything crashed or hung.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from time import process_time
from types import FrameType

from app import intake
from tests.infra.spoilt import SAMPLES, mutated
from workflows import document
from workflows.errors import Refused

HANG_SECONDS = 20
"""Of processor time for one input of a few kilobytes."""

MEMORY = 2 * 2**30


class Enough(BaseException):
    """The terminal's or the supervisor's wish that it end: what was found so far is printed."""


class Hang(BaseException):
    """An input took too long; no reader may catch it."""


@dataclass(slots=True)
class Tally:
    """What came of the inputs so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def main() -> int:
    """Run as many inputs as asked; returns the exit status."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--inputs", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--seconds", type=int, default=10**6, help="stop after so much processor time")
    given = asked.parse_args()
    signal.signal(signal.SIGPROF, _stop)
    signal.signal(signal.SIGTERM, _end)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    tally = Tally()
    with suppress(Enough):
        for seed in _seeds(given.seed, given.inputs, given.seconds):
            _try(seed, tally)
    print(json.dumps(_summary(tally), ensure_ascii=False))  # noqa: T201 - a program's answer
    return 1 if tally.faults else 0


def _seeds(first: int, inputs: int, seconds: int) -> Iterator[int]:
    for seed in range(first, first + inputs):
        if process_time() > seconds:
            return
        yield seed


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise Enough


def spoilt(seed: int) -> tuple[str, bytes]:
    """The input of a seed: the name of the sample it came from, and its bytes."""
    chance = random.Random(seed)
    name = sorted(SAMPLES)[seed % len(SAMPLES)]
    return name, mutated(SAMPLES[name], chance)


def _try(seed: int, tally: Tally) -> None:
    name, content = spoilt(seed)
    began = process_time()
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        outcome = _outcome(name, content)
    except Enough:
        raise
    except Hang:
        outcome = "hung"
    except BaseException:  # noqa: BLE001 - whatever it is, it is what we are looking for
        outcome = "crashed"
        tally.faults.append(f"{seed} {name}: {traceback.format_exc(limit=-4)}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if outcome == "hung":
        tally.faults.append(f"{seed} {name}: hung")
    tally.outcomes[outcome] += 1
    tally.slowest = max(tally.slowest, (process_time() - began, f"{seed} {name}"))


def _outcome(name: str, content: bytes) -> str:
    try:
        text = intake.text_of(name, content)
    except Refused as refused:
        return refused.code
    plan = document.parse(text, issued_year=2024)
    if not all(0 <= task.span.start <= task.span.end <= len(text) for task in plan.tasks):
        raise AssertionError("a task stands outside the text")
    return "read"


def _summary(tally: Tally) -> dict[str, object]:
    return {
        "inputs": tally.outcomes.total(),
        **tally.outcomes,
        "slowest_seconds": round(tally.slowest[0], 2),
        "slowest": tally.slowest[1],
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "faults": tally.faults[:20],
    }


if __name__ == "__main__":
    sys.exit(main())

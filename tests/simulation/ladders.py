"""The oracle's ladders: the shipped ones as the story has them from reference b.1 and b.4, later ones from the bodies of
their versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.integration.story import county as story
from tests.integration.story import oracle as told
from tests.integration.story.oracle import OPENING
from tests.simulation.people import LEADER, OFFICE, POSTS

DRAFTED = {"blue_slip", "yellow_slip", "red_slip", "talk"}
SHIPPED_REPLIES = {"blue_slip": 3, "yellow_slip": 5, "red_slip": 5, "talk": 0}


ANSWERED = (
    told.Rung(0, "due", (story.LIAISON,)),
    told.Rung(1, "urge_slip", (story.LIAISON, story.DEPUTY)),
    told.Rung(3, "escalate", (story.DEPUTY, story.HEAD), (told.OFFICE,)),
    told.Rung(7, "escalate", (story.HEAD, told.LEADER), (told.OFFICE,)),
)
BESIDE: dict[str, tuple[told.Rung, ...]] = {
    "slip_reply": (told.Rung(OPENING, "opened", (story.LIAISON, story.DEPUTY)), *ANSWERED),
    "answer": (told.Rung(OPENING, "opened", (story.LIAISON,)), *ANSWERED),
}
"""Ladders of what the story does not come to."""


@dataclass(frozen=True)
class Rung:
    """One step. `when` counts working days from the date, None is the opening; `letter` is empty where only a slip is
    drafted."""

    when: int | None
    letter: str
    audience: tuple[str, ...]
    copies: tuple[str, ...] = ()
    slip: str = ""
    receipt: bool = False
    every: int = 0
    times: int = 0


@dataclass(frozen=True)
class Ladder:
    rungs: tuple[Rung, ...]
    hour: int = 9
    spacing: int = told.SPACING
    checks: int = told.CHECKS


@dataclass(frozen=True)
class Book:
    """One version: a ladder for each kind of duty, and the days a slip is to be answered in."""

    ladders: Mapping[str, Ladder]
    replies: Mapping[str, int]


def shipped() -> Book:
    found = {
        kind: Ladder(tuple(_as_told(rung) for rung in rungs))
        for kind, rungs in (BESIDE | told.LADDERS).items()
    }
    return Book(found, SHIPPED_REPLIES)


def _as_told(rung: told.Rung) -> Rung:
    return Rung(
        None if rung.when == told.OPENING else int(rung.when),
        rung.letter,
        tuple(POSTS[post] for post in rung.audience),
        tuple(POSTS[post] for post in rung.copies),
        rung.slip,
        rung.receipt,
    )


def stored(body: Mapping[str, Any]) -> Book:
    """A version somebody has taken into use, as its body says."""
    base = shipped()
    found = {kind: _ladder(body[kind]) if kind in body else ladder for kind, ladder in base.ladders.items()}
    return Book(found, {**base.replies, **body.get("reply_workdays", {})})


def _ladder(body: Mapping[str, Any]) -> Ladder:
    rungs = tuple(_rung(rung) for rung in body["rungs"])
    return Ladder(rungs, body["hour"], body["late_spacing"], body["checks"])


def _rung(body: Mapping[str, Any]) -> Rung:
    drafted = body["letter"] in DRAFTED
    return Rung(
        body["offset"],
        "" if drafted else body["letter"],
        tuple(body["audience"]),
        tuple(body["copies"]),
        body["letter"] if drafted else body["slip"] or "",
        body["receipt"],
        body["every"],
        body["times"],
    )


def turned_to(rung: Rung, period: str) -> Rung:
    """The rung about an answer that the office (r7.o) or the leader in charge (r7.l) has to give."""
    if not period.startswith("r") or "." not in period:
        return rung
    instead = dict.fromkeys(("liaison", "section_head", "deputy_head", "head"), OFFICE)
    if period.endswith(".l"):
        instead["liaison"] = LEADER
    audience = tuple(dict.fromkeys(instead.get(post, post) for post in rung.audience))
    copies = tuple(
        p for p in dict.fromkeys(instead.get(post, post) for post in rung.copies) if p not in audience
    )
    return replace(rung, audience=audience, copies=copies)

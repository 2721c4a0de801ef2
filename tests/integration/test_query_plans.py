"""One turn costs what is due, never what is owed, nor what was ever sent: the plans and the pages say so.

Every statement that a tick, a delivery, the auditor and the pages' banner really send is explained, in a county with ten
thousand open duties and again with a million, and as many letters sent in former years.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.engine import auditor, outbox
from app.engine.tick import tick
from app.queries import watch
from tests.infra import crowd
from tests.infra.pages import Cost, cost
from tests.world import World

UNITS, TASKS, MONTHS = 1000, 10, 100
DUE = 100
SPINE = ("duty", "notice", "letter")
DEEPER = 1.6
"""A B-tree of a hundred times as many rows is a page or two deeper at every descent."""

APART = 4
"""What is due may lie that many pages further apart for each duty or letter, where small tables kept it together."""

SLACK = 40

Work = Callable[[], object]


def turns(world: World, there: crowd.Crowd) -> dict[str, Cost]:
    """What each part of the engine's work costs in this county, with as much to do each time."""
    world.clock.instant = crowd.NOW
    works: dict[str, tuple[Work, Work]] = {
        "tick": (partial(tick, crowd.NOW), partial(crowd.arm, there, DUE)),
        "idle tick": (partial(tick, crowd.NOW), lambda: None),
        "relay": (partial(outbox.deliver, world.post, crowd.NOW), partial(crowd.notify, there, DUE)),
        "audit": (partial(auditor.audit, crowd.NOW), lambda: None),
        "engine's page": (watch.page, lambda: None),
    }
    return {name: measured(world, work, ready) for name, (work, ready) in works.items()}


def measured(world: World, work: Work, ready: Work) -> Cost:
    def inside(what: Work) -> object:
        with world.app.app_context():
            return what()

    inside(ready)
    inside(crowd.tidy)
    engine = world.app.extensions["db"].kw["bind"]
    return cost(engine, partial(inside, work), partial(inside, ready))


def test_a_turn_costs_the_same_at_ten_thousand_and_at_a_million_open_duties(world: World) -> None:
    with world.app.app_context():
        there = crowd.found(UNITS, TASKS)
        crowd.owe(there, range(1))
        crowd.tell(there)
    few = turns(world, there)
    assert len(world.post.sent) >= DUE
    with world.app.app_context():
        crowd.owe(there, range(1, MONTHS // 2))
        crowd.owe(there, range(MONTHS // 2, MONTHS), chased=False)
        crowd.tell(there)
    many = turns(world, there)
    for name, before in few.items():
        now = many[name]
        print(f"{name}: {before.pages} pages, then {now.pages}; {now.statements} statements")  # noqa: T201
        assert now.scanned(*SPINE) == []
        assert before.pages > 0
        due = DUE if name in {"tick", "relay"} else 0
        assert now.pages <= before.pages * DEEPER + APART * due + SLACK, name

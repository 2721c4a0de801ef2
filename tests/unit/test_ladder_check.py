"""A ladder kept and read again, and what makes one unusable, sentence by sentence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS, Audience, Ladder, LetterKind, Rung

LIAISON, HEAD, OFFICE = (Audience.LIAISON,), (Audience.HEAD,), (Audience.OFFICE,)

RICH = Rung(
    7,
    LetterKind.ESCALATE,
    HEAD,
    copies=OFFICE,
    slip=LetterKind.YELLOW_SLIP,
    every=2,
    times=3,
    receipt=True,
    urgent=True,
)


def ladder(*rungs: Rung, **settings: int) -> Ladder:
    return Ladder((Rung(-1, LetterKind.ADVANCE, LIAISON), *rungs), **settings)


@pytest.mark.parametrize("kind", DutyKind)
def test_a_ladder_survives_the_database(kind: DutyKind) -> None:
    kept = replace(DEFAULT_LADDERS[kind], hour=14, late_spacing=5, checks=1)
    assert Ladder.from_json(json.loads(json.dumps(kept.as_json()))) == kept


def test_a_version_is_kept_in_plain_words() -> None:
    assert Ladder((RICH, Rung(8, LetterKind.TALK, HEAD)), hour=10, late_spacing=3, checks=4).as_json() == {
        "rungs": [
            {
                "offset": 7,
                "letter": "escalate",
                "audience": ["head"],
                "copies": ["office"],
                "slip": "yellow_slip",
                "every": 2,
                "times": 3,
                "receipt": True,
                "urgent": True,
            },
            {
                "offset": 8,
                "letter": "talk",
                "audience": ["head"],
                "copies": [],
                "slip": None,
                "every": 0,
                "times": 0,
                "receipt": False,
                "urgent": False,
            },
        ],
        "hour": 10,
        "late_spacing": 3,
        "checks": 4,
    }


def test_a_version_of_the_first_form_is_still_read() -> None:
    first_form = {
        "rungs": [[None, "opened", ["liaison"]], [3, "escalate", ["liaison", "deputy_head"]]],
        "hour": 10,
        "late_spacing": 4,
    }
    assert Ladder.from_json(json.loads(json.dumps(first_form))) == Ladder(
        (
            Rung(None, LetterKind.OPENED, LIAISON),
            Rung(3, LetterKind.ESCALATE, (Audience.LIAISON, Audience.DEPUTY_HEAD)),
        ),
        hour=10,
        late_spacing=4,
        checks=3,
    )


def many(count: int) -> tuple[Rung, ...]:
    return tuple(Rung(offset, LetterKind.URGE, LIAISON) for offset in range(1, count + 1))


REPEAT = "第2级的重复要同时写明间隔（1至30个工作日）和次数（1至10次）。"
ORDER = "各级要按日子先后排列，同一天只能有一级。"


@pytest.mark.parametrize(
    ("unusable", "sentence"),
    [
        (Ladder(()), "阶梯要有1到20级。"),
        (Ladder(many(21)), "阶梯要有1到20级。"),
        (ladder(hour=7), "发出时刻要在8时至19时之间。"),
        (ladder(hour=20), "发出时刻要在8时至19时之间。"),
        (ladder(late_spacing=0), "补发后的最小间隔要在1至10个工作日之间。"),
        (ladder(late_spacing=11), "补发后的最小间隔要在1至10个工作日之间。"),
        (ladder(checks=0), "核实送达最多1至10次。"),
        (ladder(checks=11), "核实送达最多1至10次。"),
        (
            Ladder((Rung(3, LetterKind.URGE, LIAISON, receipt=True),)),
            "第1级之前没有发过信，不能等对方确认收到。",
        ),
        (ladder(RICH, replace(RICH, offset=3)), ORDER),
        (ladder(RICH, RICH), ORDER),
        (ladder(Rung(None, LetterKind.OPENED, LIAISON)), ORDER),
        (ladder(replace(RICH, offset=121)), "第2级离期限太远，最多120个工作日。"),
        (
            Ladder((Rung(-121, LetterKind.ADVANCE, LIAISON),)),
            "第1级离期限太远，最多120个工作日。",
        ),
        (ladder(replace(RICH, audience=())), "第2级没有选发给谁。"),
        (ladder(replace(RICH, copies=HEAD)), "第2级的抄送对象已在主送之中。"),
        (ladder(replace(RICH, every=0)), REPEAT),
        (ladder(replace(RICH, times=0)), REPEAT),
        (ladder(replace(RICH, every=31)), REPEAT),
        (ladder(replace(RICH, every=-1)), REPEAT),
        (ladder(replace(RICH, times=11)), REPEAT),
        (ladder(replace(RICH, times=-1)), REPEAT),
        (
            ladder(Rung(3, LetterKind.BLUE_SLIP, HEAD, every=1, times=1)),
            "第2级是待签发的蓝色提醒单，不能自动重复。",
        ),
        (ladder(replace(RICH, slip=LetterKind.URGE_SLIP)), "第2级随附的只能是督办单或约谈建议。"),
        (ladder(replace(RICH, offset=0)), "第2级在到期之前，不能拟督办单。"),
        (ladder(Rung(0, LetterKind.TALK, HEAD)), "第2级在到期之前，不能拟督办单。"),
        (
            Ladder((Rung(None, LetterKind.RED_SLIP, HEAD),)),
            "第1级在到期之前，不能拟督办单。",
        ),
        (
            ladder(Rung(3, LetterKind.BLUE_SLIP, HEAD, slip=LetterKind.RED_SLIP)),
            "第2级本身就是待签发的单子，不必再随附一份。",
        ),
    ],
)
def test_an_unusable_ladder_is_refused_with_what_is_wrong(unusable: Ladder, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        unusable.check()
    assert refusal.value.code == "invalid"
    assert str(refusal.value) == sentence


def test_everything_that_is_wrong_is_said_at_once() -> None:
    broken = Ladder(
        (
            Rung(130, LetterKind.URGE, (), receipt=True),
            Rung(3, LetterKind.URGE, HEAD, copies=HEAD, every=1),
        ),
        hour=22,
        late_spacing=0,
        checks=0,
    )
    with pytest.raises(Refused) as refusal:
        broken.check()
    assert str(refusal.value) == (
        "发出时刻要在8时至19时之间。补发后的最小间隔要在1至10个工作日之间。核实送达最多1至10次。"
        f"第1级之前没有发过信，不能等对方确认收到。{ORDER}"
        f"第1级离期限太远，最多120个工作日。第1级没有选发给谁。第2级的抄送对象已在主送之中。{REPEAT}"
    )


@pytest.mark.parametrize(
    "usable",
    [
        Ladder(many(1)),
        Ladder(many(20), hour=8, late_spacing=1, checks=1),
        ladder(RICH, hour=19, late_spacing=10, checks=10),
        ladder(replace(RICH, offset=1, every=30, times=10)),
        ladder(replace(RICH, offset=120)),
        Ladder((Rung(None, LetterKind.OPENED, LIAISON), Rung(-120, LetterKind.ADVANCE, LIAISON))),
        ladder(Rung(1, LetterKind.TALK, HEAD, receipt=True)),
    ],
)
def test_a_ladder_at_the_edge_of_what_is_allowed_can_be_used(usable: Ladder) -> None:
    usable.check()

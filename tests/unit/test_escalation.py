"""The shipped ladders, rung by rung, and the words they are told in."""

from __future__ import annotations

import pytest

from workflows.cadence import DutyKind
from workflows.escalation import (
    AUDIENCE_LABELS,
    DEFAULT_LADDERS,
    DRAFTED,
    LETTER_LABELS,
    Audience,
    Ladder,
    LetterKind,
    Rung,
    rung_words,
    why,
)

SHIPPED = """
sign            open  opened     liaison               -              -            urgent
sign               0  due        liaison               -              -            urgent
sign               1  urge_slip  liaison+deputy_head   -              -            urgent
sign               3  escalate   deputy_head+head      office         -            urgent
sign               7  escalate   head+county_leader    office         -            urgent

monthly_report  open  opened     liaison               -              -            -
monthly_report    -1  advance    liaison               -              -            -
monthly_report     0  due        liaison               -              -            urgent
monthly_report     1  urge       liaison+section_head  -              -            urgent
monthly_report     3  escalate   liaison+deputy_head   -              blue_slip    receipt+urgent
monthly_report     7  escalate   deputy_head+head      office         yellow_slip  receipt+urgent
monthly_report    15  escalate   head+county_leader    office         red_slip     receipt+urgent
monthly_report    30  talk       deputy_head+head      county_leader  -            receipt+urgent

consolidation     -1  advance    liaison               -              -            -
consolidation      0  due        liaison               -              -            urgent
consolidation      1  urge       liaison+section_head  -              -            urgent
consolidation      3  escalate   liaison+deputy_head   office         -            receipt+urgent

completion       -15  advance    liaison               -              -            -
completion        -7  advance    liaison               -              -            -
completion        -3  advance    liaison+section_head  -              -            -
completion        -1  advance    liaison               -              -            -
completion         0  due        liaison+deputy_head   -              -            urgent
completion         1  urge_slip  liaison+section_head  -              -            urgent
completion         3  escalate   liaison+deputy_head   -              blue_slip    receipt+urgent
completion         7  escalate   deputy_head+head      office         yellow_slip  receipt+urgent
completion        15  escalate   head+county_leader    office         red_slip     receipt+urgent
completion        30  talk       deputy_head+head      county_leader  -            receipt+urgent

slip_reply      open  opened     liaison+deputy_head   -              -            urgent
slip_reply         0  due        liaison               -              -            urgent
slip_reply         1  urge_slip  liaison+deputy_head   -              -            urgent
slip_reply         3  escalate   deputy_head+head      office         -            urgent
slip_reply         7  escalate   head+county_leader    office         -            urgent

answer          open  opened     liaison               -              -            urgent
answer             0  due        liaison               -              -            urgent
answer             1  urge_slip  liaison+deputy_head   -              -            urgent
answer             3  escalate   deputy_head+head      office         -            urgent
answer             7  escalate   head+county_leader    office         -            urgent

explanation     open  opened     liaison+deputy_head   -              -            urgent
explanation        0  due        liaison               -              -            urgent

appeal          open  opened     office                -              -            -
appeal            -3  advance    office                -              -            -
appeal             0  due        office                -              -            urgent
appeal             1  urge_slip  office                -              -            urgent
appeal             7  escalate   office+county_leader  -              -            urgent

bulletin        open  opened     office                -              -            -
bulletin          -3  advance    office                -              -            -
bulletin           0  due        office                -              -            urgent
bulletin           1  urge_slip  office                -              -            urgent
bulletin           7  escalate   office+county_leader  -              -            urgent

assessment      open  opened     office                -              -            -
assessment        -3  advance    office                -              -            -
assessment         0  due        office                -              -            urgent
assessment         1  urge_slip  office                -              -            urgent
assessment         7  escalate   office+county_leader  -              -            urgent

review            -1  advance    office                -              -            -
review             0  due        office                -              -            urgent
review             1  urge_slip  office                -              -            urgent
"""
"""Kind, working days from the date, letter, audience, copies, slip beside it, flags."""


def posts(column: str) -> tuple[Audience, ...]:
    return () if column == "-" else tuple(Audience(post) for post in column.split("+"))


def shipped_rung(offset: str, letter: str, audience: str, copies: str, slip: str, flags: str) -> Rung:
    return Rung(
        None if offset == "open" else int(offset),
        LetterKind(letter),
        posts(audience),
        posts(copies),
        None if slip == "-" else LetterKind(slip),
        receipt="receipt" in flags,
        urgent="urgent" in flags,
    )


@pytest.mark.parametrize("kind", DutyKind)
def test_the_shipped_ladder_is_the_table(kind: DutyKind) -> None:
    lines = [line.split() for line in SHIPPED.splitlines() if line]
    table = tuple(shipped_rung(*columns) for owed, *columns in lines if owed == kind)
    assert DEFAULT_LADDERS[kind] == Ladder(table, hour=9, late_spacing=2, checks=3)


@pytest.mark.parametrize("kind", DutyKind)
def test_what_is_shipped_can_be_used(kind: DutyKind) -> None:
    DEFAULT_LADDERS[kind].check()


@pytest.mark.parametrize("kind", [DutyKind.MONTHLY_REPORT, DutyKind.COMPLETION])
def test_from_three_working_days_on_every_step_waits_for_receipt_and_leaves_the_slip_to_a_person(
    kind: DutyKind,
) -> None:
    late = [rung for rung in DEFAULT_LADDERS[kind].rungs if rung.offset is not None and rung.offset >= 3]
    assert [(rung.offset, rung.drafts) for rung in late] == [
        (3, LetterKind.BLUE_SLIP),
        (7, LetterKind.YELLOW_SLIP),
        (15, LetterKind.RED_SLIP),
        (30, LetterKind.TALK),
    ]
    assert all(rung.receipt for rung in late)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, "开放时"),
        (-15, "到期前15个工作日"),
        (-1, "到期前1个工作日"),
        (0, "到期当日"),
        (7, "逾期7个工作日"),
    ],
)
def test_a_rung_is_said_in_words(offset: int | None, words: str) -> None:
    assert rung_words(Rung(offset, LetterKind.DUE, ())) == words


ESCALATION = Rung(
    7,
    LetterKind.ESCALATE,
    (Audience.DEPUTY_HEAD, Audience.HEAD),
    copies=(Audience.OFFICE,),
    slip=LetterKind.YELLOW_SLIP,
)


@pytest.mark.parametrize(
    ("audience", "loop", "copied", "words"),
    [
        (Audience.HEAD, 0, False, "升级阶梯第3版：逾期7个工作日提级提醒，对象主要领导"),
        (Audience.HEAD, 2, False, "升级阶梯第3版：逾期7个工作日提级提醒（第3次），对象主要领导"),
        (Audience.OFFICE, 0, True, "升级阶梯第3版：逾期7个工作日提级提醒，抄送督查室"),
        (
            Audience.OFFICE,
            0,
            False,
            "升级阶梯第3版：逾期7个工作日提级提醒，对象督查室（应收人空缺，依次代收）",
        ),
    ],
)
def test_a_notice_says_by_which_version_for_which_rung_and_in_whose_place(
    audience: Audience, loop: int, copied: bool, words: str
) -> None:
    assert why(ESCALATION, audience, 3, loop, copied=copied) == words


def test_the_words_for_reminders_are_the_fields_own() -> None:
    said = {kind.value: label for kind, label in LETTER_LABELS.items()}
    assert said == {
        "opened": "通知",
        "advance": "预告",
        "due": "到期提醒",
        "answer": "答复",
        "request": "请示待答",
        "verify": "核实送达",
        "nudge": "牵头催报",
        "issued": "印发",
        "urge": "催报",
        "urge_slip": "催办单",
        "escalate": "提级提醒",
        "blue_slip": "蓝色提醒单",
        "yellow_slip": "黄色督办单",
        "red_slip": "红色督办单",
        "talk": "约谈建议",
    }


def test_every_audience_and_letter_has_its_own_name() -> None:
    assert set(AUDIENCE_LABELS) == set(Audience)
    assert set(LETTER_LABELS) == set(LetterKind)
    assert len(set(AUDIENCE_LABELS.values())) == len(Audience)
    assert len(set(LETTER_LABELS.values())) == len(LetterKind)


def test_above_the_draft_line_stand_the_slips_and_the_talk() -> None:
    assert {LETTER_LABELS[kind] for kind in DRAFTED} == {
        "蓝色提醒单",
        "黄色督办单",
        "红色督办单",
        "约谈建议",
    }


@pytest.mark.parametrize("letter", LetterKind)
@pytest.mark.parametrize("slip", [None, LetterKind.RED_SLIP])
def test_a_rung_drafts_its_own_letter_above_the_line_or_the_slip_beside_it(
    letter: LetterKind, slip: LetterKind | None
) -> None:
    assert Rung(3, letter, (Audience.HEAD,), slip=slip).drafts == (letter if letter in DRAFTED else slip)

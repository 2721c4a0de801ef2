"""A demanded rhythm becomes a rule only where the rules can say it; the sentences say when a duty is due."""

from __future__ import annotations

import pytest

from workflows.adoption import adopt, due_words, why_not
from workflows.cadence import CadenceRules, DutyKind

MONTH, QUARTER, YEAR = DutyKind.MONTHLY_REPORT, DutyKind.BULLETIN, DutyKind.ASSESSMENT
SHIPPED = CadenceRules()


@pytest.mark.parametrize(
    ("kind", "day", "month", "words"),
    [
        (MONTH, 28, None, "每月28日前"),
        (MONTH, 3, None, "每月3日前"),
        (MONTH, 31, None, "每月底前"),
        (QUARTER, 15, 1, "季后首月15日前"),
        (QUARTER, 15, None, "季后首月15日前"),
        (YEAR, 20, 1, "次年1月20日前"),
        (YEAR, 31, 3, "次年3月底前"),
    ],
)
def test_a_day_the_rules_can_say_is_taken_over(
    kind: DutyKind, day: int, month: int | None, words: str
) -> None:
    adopted = adopt(SHIPPED, kind, day, month)
    assert adopted
    assert due_words(adopted, kind) == words
    assert all(
        due_words(adopted, other) == due_words(SHIPPED, other) for other in {MONTH, QUARTER, YEAR} - {kind}
    )


@pytest.mark.parametrize(
    ("kind", "day", "month", "reason"),
    [
        (MONTH, None, None, "没有写明日期"),
        (QUARTER, 20, 3, "季度之内"),
        (YEAR, 10, 12, "次年上半年"),
        (YEAR, 10, None, "次年上半年"),
    ],
)
def test_what_the_rules_cannot_say_is_left_with_a_reason(
    kind: DutyKind, day: int | None, month: int | None, reason: str
) -> None:
    assert adopt(SHIPPED, kind, day, month) is None
    assert reason in why_not(kind, day)


@pytest.mark.parametrize("day", range(1, 32))
def test_a_monthly_report_opens_before_it_is_due(day: int) -> None:
    adopted = adopt(SHIPPED, MONTH, day, None)
    assert adopted
    assert 1 <= adopted.monthly_opens_day <= adopted.monthly_due_day == day


def test_the_shipped_days_are_those_a_document_may_name() -> None:
    assert adopt(SHIPPED, MONTH, 25, None) == SHIPPED
    assert adopt(SHIPPED, QUARTER, 10, 1) == SHIPPED
    assert adopt(SHIPPED, YEAR, 10, 1) == SHIPPED

"""When a notice leaves: urgent at once in office hours, the rest at the person's hour, never in the night."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shipped import CALENDAR
from tests.world import at
from workflows.calendar import OFFICE_CLOSES, OFFICE_OPENS, SHANGHAI, local_date
from workflows.digest import HOURS, leaves_at, next_digest, presses
from workflows.escalation import LetterKind

MONDAY, FRIDAY = date(2025, 3, 3), date(2025, 3, 7)
moments = st.integers(0, 350 * 1440).map(lambda minutes: at(date(2025, 1, 2), 0) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("now", "hour", "urgent", "leaves"),
    [
        (at(MONDAY, 9), 9, False, at(MONDAY, 9)),
        (at(MONDAY, 9), 14, False, at(MONDAY, 14)),
        (at(MONDAY, 9), 14, True, at(MONDAY, 9)),
        (at(MONDAY, 16), 14, False, at(MONDAY, 16)),
        (at(MONDAY, 7), 9, True, at(MONDAY, 9)),
        (at(MONDAY, 7), 16, True, at(MONDAY, 9)),
        (at(FRIDAY, 21), 14, False, at(date(2025, 3, 10), 14)),
        (at(FRIDAY, 21), 14, True, at(date(2025, 3, 10), 9)),
        (at(date(2025, 3, 8), 10), 9, False, at(date(2025, 3, 10), 9)),
    ],
)
def test_urgent_leaves_at_once_and_the_rest_with_the_digest(
    now: datetime, hour: int, urgent: bool, leaves: datetime
) -> None:
    assert leaves_at(now, CALENDAR, hour, urgent=urgent) == leaves


def test_the_next_digest_passes_over_rest_days() -> None:
    assert next_digest(at(FRIDAY, 10), CALENDAR, 14) == at(date(2025, 3, 10), 14)


@pytest.mark.parametrize("kind", LetterKind)
def test_only_what_is_urgent_or_true_today_alone_comes_beside_the_digest(kind: LetterKind) -> None:
    assert presses(kind, urgent=True)
    assert presses(kind, urgent=False) == (kind is LetterKind.DUE)


@given(moments, st.sampled_from(HOURS), st.booleans())
def test_nothing_leaves_before_it_is_written_nor_outside_office_hours(
    now: datetime, hour: int, urgent: bool
) -> None:
    leaves = leaves_at(now, CALENDAR, hour, urgent=urgent)
    assert leaves >= now
    assert CALENDAR.is_workday(local_date(leaves))
    assert OFFICE_OPENS <= leaves.astimezone(SHANGHAI).hour < OFFICE_CLOSES
    assert leaves_at(leaves, CALENDAR, hour, urgent=urgent) == leaves
    assert leaves_at(now, CALENDAR, hour, urgent=True) <= leaves_at(now, CALENDAR, hour, urgent=False)
    following = CALENDAR.shift(local_date(now), 1)
    assert local_date(leaves) <= following
    assert next_digest(now, CALENDAR, hour) > now

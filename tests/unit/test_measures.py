"""Indicators' values: what may be written, and what share of the task they make up."""

from __future__ import annotations

import pytest

from workflows.commitments import Comparison
from workflows.errors import Refused
from workflows.measures import Reading, derived_percent, held_percent, plain_figure


@pytest.mark.parametrize(
    ("typed", "unit", "plain"),
    [
        ("85", "%", "85"),
        (" 85.5 ％", "%", "85.5"),
        ("１，２００", "万元", "1200"),
        ("1,200万元", "万元", "1200"),
        ("-0.5", "个百分点", "-0.5"),
        ("", "%", ""),
        ("  ", "", ""),
    ],
)
def test_a_figure_is_kept_as_plain_decimal_text(typed: str, unit: str, plain: str) -> None:
    assert plain_figure(typed, unit) == plain


@pytest.mark.parametrize("typed", ["约八成", "85万", "1.2.3", "8e3", "1234567890123456"])
def test_what_is_no_plain_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        plain_figure(typed, "%")
    assert refusal.value.code == "invalid"
    assert "例如 85" in str(refusal.value)


@pytest.mark.parametrize(
    ("comparison", "target", "value", "percent"),
    [
        (Comparison.REACH, "90", "45", 50),
        (Comparison.AT_LEAST, "90", "89.9", 99),
        (Comparison.AT_LEAST, "90", "90", 100),
        (Comparison.AT_LEAST, "90", "97", 100),
        (None, "360", "120", 33),
        (Comparison.AT_MOST, "18", "18", 100),
        (Comparison.AT_MOST, "18", "24", 75),
        (Comparison.REACH, "", "45", None),
        (Comparison.REACH, "若干", "45", None),
        (Comparison.REACH, "90", "", None),
        (Comparison.REACH, "90", "-5", 0),
    ],
)
def test_a_value_is_held_against_its_target_and_only_what_is_reached_is_all(
    comparison: Comparison | None, target: str, value: str, percent: int | None
) -> None:
    assert Reading(comparison, target, "", value).percent == percent


def test_what_must_not_fall_or_rise_is_held_against_the_value_before() -> None:
    kept = Reading(Comparison.NOT_FALL, "", "所", "40", before="40")
    assert kept.percent == 100
    assert Reading(Comparison.NOT_FALL, "", "所", "39", before="40").percent == 0
    assert Reading(Comparison.NOT_RISE, "", "件", "41", before="40").percent == 0
    assert Reading(Comparison.NOT_RISE, "", "件", "7").percent == 100


def test_a_rise_is_counted_from_the_first_value_in_points_or_in_percent_of_it() -> None:
    points = Reading(Comparison.RISE_BY, "5", "个百分点", "82", before="81", first="80")
    assert points.percent == 40
    of_value = Reading(Comparison.FALL_BY, "10", "%", "190", before="195", first="200")
    assert of_value.percent == 50
    assert Reading(Comparison.RISE_BY, "5", "个百分点", "80").percent == 0


def test_a_task_of_several_indicators_is_their_mean_and_done_only_when_each_is() -> None:
    reached = Reading(Comparison.REACH, "90", "%", "95")
    half = Reading(Comparison.REACH, "50", "%", "25")
    blank = Reading(Comparison.REACH, "", "%", "25")
    assert derived_percent([reached, half, blank]) == 75
    assert derived_percent([reached, reached]) == 100
    assert derived_percent([blank]) is None
    assert derived_percent([]) is None


def test_what_recurs_is_as_far_as_its_occurrences() -> None:
    assert held_percent(1, 10) == 10
    assert held_percent(2, 3) == 66
    assert held_percent(3, 3) == 100
    assert held_percent(0, 0) == 0

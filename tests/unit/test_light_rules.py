"""The thresholds of the lights: kept as a body in the database, and refused when they make no sense."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from workflows.errors import Refused
from workflows.light import (
    COLOUR_LABELS,
    PACE_LABELS,
    RULE_LABELS,
    THRESHOLD_LABELS,
    Colour,
    LightRules,
    Pace,
    Rule,
)

SHIPPED = {
    "yellow_points": 10,
    "red_points": 30,
    "near_days": 15,
    "unchanged_periods": 2,
    "blue_workdays": 3,
    "ahead_points": 10,
}


def test_what_is_shipped_is_the_field_s_own_practice() -> None:
    assert LightRules().as_json() == SHIPPED


def test_rules_survive_the_database_and_leave_their_version_to_it() -> None:
    rules = LightRules(7, 5, 20.5, 10, unchanged_periods=3, blue_workdays=0, ahead_points=12.5)
    body = rules.as_json()
    assert "version" not in body
    assert LightRules.from_json(body, 7) == rules


def test_a_body_from_before_there_were_so_many_thresholds_takes_the_defaults_for_the_rest() -> None:
    old = LightRules.from_json({"yellow_points": 20, "red_points": 40, "near_days": 5}, 2)
    assert old == LightRules(2, 20, 40, 5, unchanged_periods=2, blue_workdays=3, ahead_points=10)
    assert LightRules.from_json({}) == LightRules()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"yellow_points": 20, "red_points": 19.9}, "红灯线不能低于黄灯线，请把红灯线改为不小于黄灯线的数。"),
        ({"red_points": 9}, "红灯线不能低于黄灯线，请把红灯线改为不小于黄灯线的数。"),
        ({"yellow_points": 0}, "黄灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"yellow_points": -1}, "黄灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"red_points": 100.1}, "红灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"red_points": nan}, "红灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"red_points": inf}, "红灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"red_points": "30"}, "红灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"red_points": None}, "红灯线（落后序时的百分点）请填大于0、不超过100的数。"),
        ({"ahead_points": True}, "超序时线（超前序时的百分点）请填大于0、不超过100的数。"),
        ({"ahead_points": 0}, "超序时线（超前序时的百分点）请填大于0、不超过100的数。"),
        ({"near_days": -1}, "临近时限（日）请填0到366之间的整数。"),
        ({"near_days": 367}, "临近时限（日）请填0到366之间的整数。"),
        ({"near_days": 7.5}, "临近时限（日）请填0到366之间的整数。"),
        ({"unchanged_periods": 0}, "连续无变化（期）请填1到12之间的整数。"),
        ({"unchanged_periods": 13}, "连续无变化（期）请填1到12之间的整数。"),
        ({"unchanged_periods": True}, "连续无变化（期）请填1到12之间的整数。"),
        ({"blue_workdays": -1}, "蓝灯提示（工作日）请填0到30之间的整数。"),
        ({"blue_workdays": 31}, "蓝灯提示（工作日）请填0到30之间的整数。"),
        ({"version": 9}, "亮灯规则里没有“version”这一项，请核对后再保存。"),
        ({"orange_points": 20}, "亮灯规则里没有“orange_points”这一项，请核对后再保存。"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_names_the_threshold(
    body: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        LightRules.from_json(body)
    assert (refusal.value.code, str(refusal.value)) == ("invalid", sentence)


@pytest.mark.parametrize(
    "body",
    [
        {"yellow_points": 30, "red_points": 30},
        {"yellow_points": 0.5, "red_points": 100, "ahead_points": 100},
        {"near_days": 0, "unchanged_periods": 1, "blue_workdays": 0},
        {"near_days": 366, "unchanged_periods": 12, "blue_workdays": 30},
    ],
)
def test_the_outermost_sensible_thresholds_are_taken(body: dict[str, Any]) -> None:
    assert LightRules.from_json(body).as_json() == {**SHIPPED, **body}


def test_every_threshold_colour_rule_and_class_has_a_name_of_its_own() -> None:
    assert set(THRESHOLD_LABELS) == set(SHIPPED)
    for labels, members in ((COLOUR_LABELS, Colour), (RULE_LABELS, Rule), (PACE_LABELS, Pace)):
        assert set(labels) == set(members)
        assert len(set(labels.values())) == len(members)
    assert len(set(THRESHOLD_LABELS.values())) == len(THRESHOLD_LABELS)

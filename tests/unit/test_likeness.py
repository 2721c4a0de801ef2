"""What a printed name probably means; a wrong proposal is worse than none."""

from __future__ import annotations

import pytest

from workflows.likeness import closest, likely_kind, speaks_of_many
from workflows.units import UnitKind

KNOWN = (
    "县教育局",
    "县财政局",
    "县民政局",
    "县人力资源和社会保障局",
    "县住房和城乡建设局",
    "县残联",
    "各幼儿园",
    "青溪镇人民政府",
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("县教体局", "县教育局"),
        ("县教育和体育局", "县教育局"),
        ("县人社局", "县人力资源和社会保障局"),
        ("县住建局", "县住房和城乡建设局"),
        ("清水河县财政局", "县财政局"),
        ("青溪镇政府", "青溪镇人民政府"),
        ("各公办幼儿园", "各幼儿园"),
    ],
)
def test_a_shortened_lengthened_or_nearly_equal_name_is_recognised(printed: str, meant: str) -> None:
    assert closest(printed, KNOWN) == meant


@pytest.mark.parametrize("printed", ["县司法局", "县妇联", "县审计局", "县委宣传部", "白石镇政府", ""])
def test_names_that_share_only_their_ending_are_not_taken_for_each_other(printed: str) -> None:
    assert closest(printed, KNOWN) is None


def test_a_bureau_is_not_another_bureau_with_a_like_name() -> None:
    assert closest("县民政局", ["县财政局"]) is None
    assert closest("县残联", ["县妇联"]) is None


def test_nothing_is_proposed_where_nothing_is_known() -> None:
    assert closest("县教育局", ()) is None


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("各幼儿园", UnitKind.KINDERGARTEN),
        ("青溪镇政府", UnitKind.TOWNSHIP),
        ("各乡镇", UnitKind.TOWNSHIP),
        ("县妇联", UnitKind.MASS),
        ("县委编办", UnitKind.PARTY),
        ("县政府", UnitKind.GOVERNMENT),
        ("清水河县人民政府", UnitKind.GOVERNMENT),
        ("县第一中学", UnitKind.SCHOOL),
        ("县教研中心", UnitKind.INSTITUTION),
        ("县税务局", UnitKind.VERTICAL),
        ("学前教育工作专班", UnitKind.TASK_FORCE),
        ("县财政局", UnitKind.DEPARTMENT),
    ],
)
def test_the_kind_follows_the_words_of_the_name(printed: str, kind: UnitKind) -> None:
    assert likely_kind(printed) is kind


def test_collective_names_speak_of_many() -> None:
    assert all(map(speaks_of_many, ("各幼儿园", "全县各学校", "县直有关单位", "领导小组成员单位")))
    assert not any(map(speaks_of_many, ("县教育局", "县政府")))

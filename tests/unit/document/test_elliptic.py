"""A name whose level was left out stands for the unit of the level named before it, and nothing else is supplied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.document.reading import task_with
from workflows.document.naming.elliptic import full_names
from workflows.document.script import fold


def stands_for(names: str) -> list[str | None]:
    printed = names.split("、")
    return list(full_names(printed, [fold(name) for name in printed]))


@pytest.mark.parametrize(
    ("names", "full"),
    [
        ("市人社局、财政局", [None, "市财政局"]),
        ("省发展改革委、交通运输厅、能源局", [None, "省交通运输厅", "省能源局"]),
        ("县教育局、宣传部、公安局", [None, "县委宣传部", "县公安局"]),
        ("县委组织部、统战部、民政局", [None, "县委统战部", "县民政局"]),
        ("省林业厅、市水务局、财政局", [None, None, "市财政局"]),
        ("区政府办公室、文化和旅游局", [None, "区文化和旅游局"]),
        ("縣教育局、財政局", [None, "縣財政局"]),
        ("自治州民政局、城市管理综合执法局", [None, "自治州城市管理综合执法局"]),
    ],
)
def test_the_level_carries_on_to_plain_departments(names: str, full: list[str | None]) -> None:
    assert stands_for(names) == full


@pytest.mark.parametrize(
    "names",
    [
        "教育局、财政局",
        "县教育局、县财政局",
        "县教育局、各乡镇、有关部门",
        "县教育局、国网清河供电公司、清河海关",
        "县教育局、石桥镇、柳林街道",
        "市场监管局、教育局",
        "县直有关部门、教育局",
        "国家税务总局清河县税务局、教育局",
        "工业和信息化部、财政部",
    ],
)
def test_nothing_is_supplied_where_nothing_was_left_out(names: str) -> None:
    assert not any(stands_for(names))


def test_a_task_keeps_the_printed_name_and_gives_the_full_one_beside_it() -> None:
    task = task_with("（牵头单位：县教育局；责任单位：财政局、县人社局、公安局）")
    assert [(unit.printed, unit.full) for unit in task.units] == [
        ("县教育局", None),
        ("财政局", "县财政局"),
        ("县人社局", None),
        ("公安局", "县公安局"),
    ]


NAMES = [
    "市人社局",
    "财政局",
    "县委组织部",
    "宣传部",
    "各乡镇",
    "市场监管局",
    "国家",
    "县",
    "省教育厅（省体育局）",
    "税务局",
]


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=6)), max_size=8))
def test_what_a_name_stands_for_ends_with_the_name(names: list[str]) -> None:
    found = full_names(names, [fold(name) for name in names])
    assert len(found) == len(names)
    assert all(
        full is None or (full.endswith(name) and full != name)
        for name, full in zip(names, found, strict=True)
    )

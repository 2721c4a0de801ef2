"""Goals by quarter below the clause of a record (年度阶段性工作目标): milestones, and the last of them the deadline."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import only_task, plan

ON_LINES = """重点工作：实施校舍安全工程
牵头单位：县教育局
年度阶段性工作目标：
第一季度：完成排查。
第二季度：启动施工，编制2026年计划。
第四季度：竣工验收。
重点工作：建设养老院
牵头单位：县民政局
年度阶段性工作目标：
第一季度：完成选址。
第三季度：投入使用。
"""
IN_CELLS = """重点工作\t实施校舍安全工程
牵头单位\t县教育局
年度阶段性工作目标\t第一季度：完成排查。第二季度：启动施工，编制2026年计划。第四季度：竣工验收。
进展情况\t正常
重点工作\t建设养老院
牵头单位\t县民政局
年度阶段性工作目标\t第一季度：完成选址。第三季度：投入使用。
进展情况\t
"""


@pytest.mark.parametrize("text", [ON_LINES, IN_CELLS], ids=["lines", "cells"])
def test_the_goals_below_a_record_are_its_milestones_and_deadline(text: str) -> None:
    school, home = plan(text).tasks
    assert (school.title, school.lead_units) == ("实施校舍安全工程", ("县教育局",))
    assert (school.deadline_on, school.deadline_text) == (date(2024, 12, 31), "第四季度")
    assert [stone.on for stone in school.milestones] == [date(2024, 3, 31), date(2024, 6, 30)]
    assert (home.title, home.deadline_on) == ("建设养老院", date(2024, 9, 30))
    for task in (school, home):
        assert task.deadline_span is not None
        assert task.span.start <= task.deadline_span.start < task.deadline_span.end <= task.span.end


def test_goals_in_a_column_of_a_table_count_too() -> None:
    task = only_task(
        "序号\t重点工作\t年度阶段性目标\t牵头单位\n1\t实施校舍安全工程\t第一季度：完成排查。第三季度：竣工。\t县教育局\n"
    )
    assert task.text == "实施校舍安全工程"
    assert (task.deadline_on, len(task.milestones)) == (date(2024, 9, 30), 1)


def test_what_follows_a_record_and_names_no_stage_is_no_goal() -> None:
    task = only_task(
        "重点工作：实施校舍安全工程\n牵头单位：县教育局\n工作要求：\n年底总结，2025年6月底前推广。\n"
    )
    assert task.deadline_on is None

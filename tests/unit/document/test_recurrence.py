"""How often a task comes round; rates of pay and daily duties are no recurrence."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import task_saying, task_with
from workflows.document import Recurrence


@pytest.mark.parametrize(
    ("demand", "recurrence", "words"),
    [
        ("每月至少走访一次。", Recurrence.MONTHLY, "每月"),
        ("按月通报进展。", Recurrence.MONTHLY, "按月"),
        ("每季度召开会议。", Recurrence.QUARTERLY, "每季度"),
        ("按季度调度进展。", Recurrence.QUARTERLY, "按季度"),
        ("每年组织一次监测评估。", Recurrence.YEARLY, "每年组织一次"),
        ("每年培训教师100人。", Recurrence.YEARLY, "每年"),
        ("实行幼儿园年检制度。", Recurrence.YEARLY, "年检"),
        ("编制发布年度报告。", Recurrence.YEARLY, "年度"),
        ("2024年6月底前完成并持续推进。", Recurrence.CONTINUOUS, "持续推进"),
    ],
)
def test_a_recurring_demand_is_found(demand: str, recurrence: Recurrence, words: str) -> None:
    task = task_saying(demand)
    assert (task.recurrence, task.recurrence_text) == (recurrence, words)


@pytest.mark.parametrize(
    "demand",
    [
        "按每月不高于200元给予补贴。",
        "按每人每年1000元给予补贴。",
        "每年给予50万元奖励。",
        "每年级设置3个班。",
        "提供每天24小时服务。",
        "定期开展检查。",
        "推进年检改年报。",
        "企业可按月申请退税。",
        "持续推进制度建设。",
        "暂缓2019年度汇算。",
    ],
)
def test_rates_daily_duties_and_running_words_are_no_recurrence(demand: str) -> None:
    assert task_saying(demand).recurrence is None


def test_the_clause_says_continuous() -> None:
    assert task_with("（持续优化，牵头单位：县教育局）").recurrence is Recurrence.CONTINUOUS
    assert task_with("（5月底完成并持续推进，牵头单位：县教育局）").recurrence is Recurrence.CONTINUOUS


def test_the_time_of_the_clause_may_recur() -> None:
    assert task_with("（责任单位：县教育局；完成时限：每季度）").recurrence is Recurrence.QUARTERLY


def test_an_unusual_rhythm_is_left_to_the_clerk() -> None:
    task = task_saying("每半年召开会议。")
    assert task.recurrence is None
    assert [doubt.code for doubt in task.doubts] == ["recurrence-unusual"]

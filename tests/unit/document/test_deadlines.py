"""Which times bind a task's units, and to which day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import only_task, plan, task_saying, task_with


@pytest.mark.parametrize(
    ("demand", "day", "words"),
    [
        ("到2025年底，全部达标。", "2025-12-31", "到2025年底"),
        ("到2025年，全部达标。", "2025-12-31", "到2025年"),
        ("2025年底前完成修缮。", "2025-12-31", "2025年底前"),
        ("2025年年底前完成修缮。", "2025-12-31", "2025年年底前"),
        ("年底前完成修缮。", "2024-12-31", "年底前"),
        ("今年年底前完成修缮。", "2024-12-31", "今年年底前"),
        ("明年6月底前完成修缮。", "2025-06-30", "明年6月底前"),
        ("2月底前完成修缮。", "2024-02-29", "2月底前"),
        ("2025年9月30日前完成修缮。", "2025-09-30", "2025年9月30日前"),
        ("2025年一季度前完成修缮。", "2025-03-31", "2025年一季度前"),
        ("第三季度完成评估。", "2024-09-30", "第三季度"),
        ("上半年完成评估。", "2024-06-30", "上半年"),
        ("到“十四五”末，建成十所。", "2025-12-31", "到“十四五”末"),
        ("至2025年末，建成十所。", "2025-12-31", "至2025年末"),
        ("在2025年实现全覆盖。", "2025-12-31", "2025年"),
        ("2025年内完成。", "2025-12-31", "2025年内"),
        ("2024年6月底前，各乡镇制定补贴办法。", "2024-06-30", "2024年6月底前"),
        ("6月中旬前完成选址。", "2024-06-20", "6月中旬前"),
    ],
)
def test_a_completion_time_in_the_text_is_the_deadline(demand: str, day: str, words: str) -> None:
    task = task_saying(demand)
    assert (str(task.deadline_on), task.deadline_text) == (day, words)


@pytest.mark.parametrize(
    "demand",
    [
        "从2025年起逐步落实。",
        "自2025年1月1日起推行。",
        "2025年1月1日至3月31日，免征相关税费。",
        "将缴费期限延长至2025年6月底。",
        "政策实施期限至2025年12月31日。",
        "减免政策截至2025年12月31日。",
        "保证金应在2025年2月5日前如数交还。",
        "企业可在2025年2月24日前完成缴纳。",
        "2025年3月底前能够达产的，给予补助。",
        "对2025年6月30日前注册的企业给予奖励。",
        "确保2025年贷款余额不低于上年。",
        "较2019年底下降两成。",
        "2025年新增的贷款，给予贴息。",
        "截至2024年底，全县已建成五所。",
        "按照《2025年底前工作安排》执行。",
        "落实三年规划(2024—2026年)要求。",
        "于目录更新后30天内组织审核。",
        "2019年底前建成的校舍继续使用。",
    ],
)
def test_starts_windows_and_other_peoples_dates_are_no_deadline(demand: str) -> None:
    assert task_saying(demand).deadline_on is None


@pytest.mark.parametrize(
    ("clause", "day", "words"),
    [
        ("（牵头单位：县教育局；完成时限：2024年12月31日）", "2024-12-31", "2024年12月31日"),
        ("（牵头单位：县教育局；责任单位：县财政局，2024年6月底前完成）", "2024-06-30", "2024年6月底前"),
        ("（待验收后于9月底完成，牵头单位：县教育局）", "2024-09-30", "9月底"),
        ("（5月底取得明显成效，牵头单位：县教育局）", "2024-05-31", "5月底"),
        ("（县教育局牵头，11月份完成）", "2024-11-30", "11月份"),
        ("（责任单位：县教育局；完成时限：2024年1月至9月）", "2024-09-30", "2024年1月至9月"),
        ("（责任单位：县教育局；完成时限：2024.6.30）", "2024-06-30", "2024.6.30"),
        ("（责任单位：县教育局）（8月底前完成）", "2024-08-31", "8月底前"),
        ("（8月底前完成）（责任单位：县教育局）", "2024-08-31", "8月底前"),
    ],
)
def test_the_time_of_the_clause_is_the_deadline(clause: str, day: str, words: str) -> None:
    task = task_with(clause)
    assert (str(task.deadline_on), task.deadline_text) == (day, words)


@pytest.mark.parametrize("words", ["持续推进", "长期坚持", "立行立改", "即时整改", "按进度推进", "全年"])
def test_a_time_without_a_date_is_kept_in_words(words: str) -> None:
    task = task_with(f"（责任单位：县教育局；完成时限：{words}）")
    assert (task.deadline_on, task.deadline_text) == (None, words)


def test_a_yearly_date_is_kept_in_words() -> None:
    task = task_saying("每年2月底前报送情况。")
    assert (task.deadline_on, task.deadline_text) == (None, "每年2月底前")


def test_the_latest_of_several_dates_binds_and_the_others_are_milestones() -> None:
    task = task_saying("2025年6月底前完成试点，12月底前全面推开。")
    assert str(task.deadline_on) == "2025-12-31"
    assert [(str(stone.on), stone.text) for stone in task.milestones] == [("2025-06-30", "2025年6月底前")]


def test_a_date_in_the_text_outranks_an_undated_time_of_the_clause() -> None:
    task = only_task("1.建设平台。10月底完善功能。（按进度推进，牵头单位：县发改委）")
    assert task.deadline_text == "10月底"


def test_a_counted_time_ends_with_a_plan_period_of_that_length() -> None:
    head = "某县校舍提升三年行动计划（2024—2026年）\n"
    clause = "（责任单位：县教育局）"
    assert str(only_task(f"{head}1.甲项。三年内建成十所。{clause}").deadline_on) == "2026-12-31"
    assert only_task(f"{head}1.甲项。五年内建成十所。{clause}").deadline_on is None


def test_a_time_counted_from_the_issue_needs_the_printed_date() -> None:
    demand = "1.甲项。自印发之日起30日内完成。（责任单位：县教育局）\n"
    assert only_task(demand).deadline_on is None
    assert only_task(demand).deadline_text == "自印发之日起30日内"
    assert str(only_task(f"{demand}\n2024年3月5日\n").deadline_on) == "2024-04-04"


def test_without_any_year_a_date_is_doubted_and_not_made_up() -> None:
    task = task_saying("6月底前完成。", None)
    assert (task.deadline_on, task.deadline_text) == (None, "6月底前")
    assert [doubt.code for doubt in task.doubts] == ["year-missing"]


def test_a_supplied_year_is_said() -> None:
    task = task_saying("6月底前完成。")
    assert [doubt.code for doubt in task.doubts] == ["year-implied"]
    assert "2024年" in task.doubts[0].sentence


def test_the_year_in_the_title_outranks_the_year_of_issue() -> None:
    text = "某县2025年重点工作任务\n1.甲项。6月底前完成。（责任单位：县教育局）"
    assert str(plan(text, 2024).tasks[0].deadline_on) == "2025-06-30"


@pytest.mark.parametrize("words", ["从2024年起", "2024年起", "从2024年开始"])
def test_a_start_is_kept_as_a_start(words: str) -> None:
    assert task_saying(f"{words}，逐步落实。").start_text == words


def test_a_deadline_outside_the_plan_is_doubted() -> None:
    text = "某县三年行动计划（2024—2026年）\n1.甲项。2027年底前完成。（责任单位：县教育局）"
    assert [doubt.code for doubt in only_task(text).doubts] == ["deadline-outside-period"]


@pytest.mark.parametrize(
    ("demand", "on"),
    [
        ("2024年年底前完成改造。", date(2024, 12, 31)),
        ("2024年年中完成改造。", date(2024, 6, 30)),
        ("确保2024年9月1日开学前投用。", date(2024, 9, 1)),
        ("二〇二四年底前完成。", date(2024, 12, 31)),
        ("2024 年 6 月 底前完成。", date(2024, 6, 30)),
        ("截至2026年底，累计建成30所。", date(2026, 12, 31)),
        ("到2027年、2030年，占比分别达到50%、80%。", date(2030, 12, 31)),
        ("分别于2024年6月底、12月底前报送。", date(2024, 12, 31)),
        ("去年底前已完成八成，今年底前全部完成。", date(2024, 12, 31)),
        ("6月初步完成方案，9月底前印发。", date(2024, 9, 30)),
    ],
)
def test_rarer_ways_of_naming_the_end_are_understood(demand: str, on: date) -> None:
    assert task_saying(demand).deadline_on == on


@pytest.mark.parametrize(
    "demand",
    [
        "上年末存量全部化解。",
        "有效期5年，至2028年3月31日止。",
        "每年5月底前、10月底前各开展一次检查。",
        "截至2023年底，全县已建成园所30所。",
    ],
)
def test_other_ends_are_no_deadlines(demand: str) -> None:
    assert task_saying(demand).deadline_on is None


def test_a_title_in_full_width_figures_gives_the_plans_period() -> None:
    found = plan(
        "清河县三年行动计划（２０２３—２０２５年）\n1.甲项。三年内完成。（责任单位：县教育局）", None
    )
    assert found.tasks[0].deadline_on == date(2025, 12, 31)

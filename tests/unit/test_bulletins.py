"""通报: the five classes, the drafted text, the annexes, numbers and titles; all from an account made by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows.accounts import (
    Account,
    CoordinationAccount,
    DutyAccount,
    GapAccount,
    IndicatorAccount,
    Said,
    SlipAccount,
    TaskAccount,
    UnitAccount,
)
from workflows.bulletins import (
    Figures,
    Named,
    candidates,
    drafted,
    figures_of,
    numeral,
    percent,
    shares,
)
from workflows.bulletins.phrases import quoted
from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.escalation import LetterKind
from workflows.lifecycle import BulletinKind, Cause, ClosingGrade, OnTime, TaskState
from workflows.light import Pace
from workflows.units import Share, UnitKind

QUARTERLY, PROJECT = BulletinKind.QUARTERLY, BulletinKind.PROJECT
AT = datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC)
EDUCATION, HOUSING, FINANCE, TOWN, NURSERY = range(1, 6)
UNITS = {
    EDUCATION: UnitAccount(EDUCATION, "县教育局", UnitKind.DEPARTMENT),
    HOUSING: UnitAccount(HOUSING, "县住建局", UnitKind.DEPARTMENT),
    FINANCE: UnitAccount(FINANCE, "县财政局", UnitKind.DEPARTMENT),
    TOWN: UnitAccount(TOWN, "城关镇", UnitKind.TOWNSHIP),
    NURSERY: UnitAccount(NURSERY, "县第一幼儿园", UnitKind.KINDERGARTEN),
}
PROBLEM, MODEL = "征地手续未批复", "全县幼儿园已配齐保安七十二名"


def said(unit_id: int, done: str, problems: str = "", cause: Cause | None = None) -> dict[int, Said]:
    step, on = ("完成审批", date(2025, 4, 30)) if problems else ("", None)
    words = Said(unit_id, AT, "2025-03", None, done, problems, cause, step, on, OnTime.ABLE)
    return {unit_id: words}


def task(
    number: int,
    pace: Pace,
    percent: int | None,
    expected: float | None,
    lead: int = EDUCATION,
    others: tuple[int, ...] = (TOWN,),
    words: dict[int, Said] | None = None,
    kind: TaskKind = TaskKind.PROJECT,
) -> TaskAccount:
    due = date(2025, 6, 30)
    parts = {lead: Share.LEAD} | dict.fromkeys(others, Share.RESPONSIBLE)
    about = (number, str(number), f"任务{numeral(number)}", "重点任务", kind, TaskState.UNDERWAY, due, due)
    return TaskAccount(*about, percent, expected, pace, "见规则。", None, None, parts, words or {})


LAGS = task(1, Pace.BEHIND, 40, 62.3, HOUSING, (EDUCATION,), said(HOUSING, "完成招标", PROBLEM, Cause.LAND))
AHEAD = task(2, Pace.AHEAD, 80, 60.0, words=said(EDUCATION, MODEL), kind=TaskKind.DATED)
CLOSED = replace(
    task(3, Pace.DONE, 100, None, FINANCE, words=said(FINANCE, "制度已经印发")),
    state=TaskState.CLOSED,
    closed_on=date(2025, 3, 20),
    closing_grade=ClosingGrade.EXCELLENT,
)
OTHER = task(4, Pace.OTHER, None, None, kind=TaskKind.ADVOCACY)
ON = task(5, Pace.ON, 50, 52.0, others=(NURSERY,))
TASKS = (LAGS, AHEAD, CLOSED, OTHER, ON)


def report(
    number: int, unit_id: int, task_id: int, *, late: bool = False, missing: bool = False
) -> DutyAccount:
    due = date(2025, 3, 25)
    filed = None if missing else due + timedelta(days=late)
    kind = DutyKind.MONTHLY_REPORT
    return DutyAccount(number, kind, "2025-03", task_id, unit_id, due, due, filed, late, missing)


DUTIES = (
    report(11, HOUSING, 1),
    report(12, EDUCATION, 2),
    report(13, EDUCATION, 4, late=True),
    report(14, TOWN, 2, missing=True),
    report(15, NURSERY, 5),
    DutyAccount(
        16, DutyKind.SIGN, "", 1, HOUSING, date(2025, 3, 4), date(2025, 3, 4), None, late=False, missing=True
    ),
)


def account(*tasks: TaskAccount, gaps: tuple[GapAccount, ...] = ()) -> Account:
    days = (date(2025, 1, 1), date(2025, 3, 31))
    return Account(1, "学前教育提升行动计划", *days, AT, UNITS, tasks or TASKS, DUTIES, gaps=gaps)


def before(*tasks: TaskAccount) -> Account:
    earlier = [replace(t, percent=(t.percent or 20) - 20, pace=Pace.ON) for t in tasks or TASKS]
    days = (date(2024, 10, 1), date(2024, 12, 31))
    return Account(1, "学前教育提升行动计划", *days, AT - timedelta(days=90), UNITS, tuple(earlier), ())


def quarter(*tasks: TaskAccount) -> Figures:
    return figures_of(account(*tasks), before(*tasks), QUARTERLY)


def text(figures: Figures, named: tuple[Named, ...] = (), kind: BulletinKind = QUARTERLY) -> dict[str, str]:
    key = "2025-Q1" if kind is QUARTERLY else "2025-03"
    return {part.key: part.text for part in drafted(figures, kind, key, named)}


@pytest.mark.parametrize("counts", [(1, 1, 1, 0, 0), (121, 17, 10, 24, 9), (0, 0, 7, 0, 0), (3, 3, 1, 0, 0)])
def test_shares_make_exactly_a_whole(counts: tuple[int, ...]) -> None:
    parts = shares(counts)
    assert sum(parts) == 1000
    assert all(abs(part - count * 1000 / sum(counts)) < 1 for part, count in zip(parts, counts, strict=True))


def test_shares_of_nothing_are_nothing() -> None:
    assert shares((0, 0)) == (0, 0)


def test_the_five_classes_count_every_task_once() -> None:
    figures = quarter()
    found = [figures[f"pace-{pace}"] for pace in Pace]
    assert sum(figure.value for figure in found) == figures["tasks"].value == 5
    assert sorted(row for figure in found for row in figure.rows) == [1, 2, 3, 4, 5]
    assert sum(figure.share or 0 for figure in found) == 1000


def test_every_figure_is_the_number_of_its_rows() -> None:
    for figure in quarter().counts:
        if not figure.key.startswith("change-"):
            assert figure.value == len(figure.rows), figure.key
            assert len(set(figure.rows)) == len(figure.rows), figure.key


def test_a_withdrawn_task_is_counted_apart() -> None:
    gone = replace(task(6, Pace.OTHER, None, None), state=TaskState.WITHDRAWN)
    figures = quarter(*TASKS, gone)
    assert figures.count("tasks") == 5
    assert figures["withdrawn"].rows == (6,)
    assert "另有1项任务已经撤销，不列入统计。" in text(figures)["overall"]


def test_reports_are_owed_filed_late_and_missing() -> None:
    figures = quarter()
    assert [figures.count(f"reports-{what}") for what in ("owed", "filed", "in-time", "late", "missing")] == [
        5,
        4,
        3,
        1,
        1,
    ]
    assert figures["reports-missing"].rows == (14,)
    assert percent(figures["reports-in-time"].share) == "60%"


def test_a_report_that_is_not_due_yet_is_neither_late_nor_in_the_rate() -> None:
    early = account()
    waiting = replace(DUTIES[0], filed_on=None)
    figures = figures_of(replace(early, duties=(waiting, DUTIES[1])), None, QUARTERLY)
    assert (figures.count("reports-waiting"), figures["reports-in-time"].share) == (1, 1000)


def test_changes_since_the_account_before_name_the_tasks_that_moved() -> None:
    figures = quarter()
    assert figures["change-behind"].value == 1
    assert figures["change-behind"].rows == (1,)
    assert figures["change-on"].value == -4
    assert "欠序时增加1项" in text(figures)["overall"]


def test_without_an_account_before_nothing_is_compared() -> None:
    figures = figures_of(account(), None, QUARTERLY)
    assert "change-on" not in figures
    assert "相比" not in text(figures)["overall"]
    assert "首次通报" in text(figures_of(account(), None, PROJECT), kind=PROJECT)["comparison"]


def test_figures_come_back_from_their_json() -> None:
    figures = figures_of(account(gaps=(GapAccount(AT - timedelta(days=2), AT),)), before(), QUARTERLY)
    assert Figures.from_json(json.loads(json.dumps(figures.as_json()))) == figures


def test_a_project_bulletin_speaks_of_projects_alone() -> None:
    figures = figures_of(account(), before(), PROJECT)
    assert [row.id for row in figures.tasks] == [1, 3, 5]
    assert figures["reports-owed"].rows == (11, 15)


def test_gaps_of_the_engine_are_stated() -> None:
    gap = GapAccount(datetime(2025, 2, 3, 1, tzinfo=UTC), datetime(2025, 2, 4, 2, 30, tzinfo=UTC))
    words = text(figures_of(account(gaps=(gap,)), None, QUARTERLY))["overall"]
    assert "提醒引擎停止运行1次（2025年2月3日9时至2025年2月4日10时30分）" in words
    assert "提醒引擎" not in text(quarter())["overall"]


def test_what_was_sent_and_asked_is_counted() -> None:
    slips = tuple(
        SlipAccount(n, LetterKind.BLUE_SLIP, HOUSING, 1, date(2025, 3, 3), None, in_time)
        for n, in_time in ((1, True), (2, False), (3, None))
    )
    asked = (CoordinationAccount(4, 1, HOUSING, FINANCE, date(2025, 3, 1), date(2025, 3, 3), in_time=True),)
    figures = figures_of(replace(account(), slips=slips, coordinations=asked), None, QUARTERLY)
    words = text(figures)["overall"]
    assert "发出督办单3张，按期答复1张，逾期答复或者没有答复1张" in words
    assert "单位之间提出协调事项1件，已答复1件" in words


def test_an_indicator_that_is_newly_reached_is_named() -> None:
    reached = IndicatorAccount(7, "普惠率", "%", None, 85.0, 88.5, reached=True)
    blank = IndicatorAccount(8, "学位", "个", None, 1080.0, None, reached=None)
    now = replace(AHEAD, indicators=(reached, blank))
    past = before(replace(AHEAD, indicators=(replace(reached, value=80.0, reached=False), blank)))
    words = text(figures_of(account(now), past, QUARTERLY))["overall"]
    assert (
        "量化指标2项，已达到目标值1项，其中本季度新达到1项：普惠率（目标85%，现为88.5%）；尚未填报数值1项"
        in words
    )


# ------------------------------------------------------------------------------------------------ text


def numbers_of(value: object) -> Iterator[str]:
    """Every number that stands in the figures, as it may be written."""
    if isinstance(value, dict):
        for each in value.values():
            yield from numbers_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers_of(each)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(abs(value))
    elif isinstance(value, str):
        yield from (found.lstrip("0") or "0" for found in re.findall(r"\d+", value))


@pytest.mark.parametrize("kind", [QUARTERLY, PROJECT])
def test_every_number_of_the_text_is_a_figure(kind: BulletinKind) -> None:
    figures = figures_of(account(), before(), kind)
    named = tuple(who.named for who in candidates(figures, kind))
    known = {*numbers_of(figures.as_json()), *(percent(f.share).rstrip("%") for f in figures.counts)}
    known |= {str(row.behind) for row in figures.tasks} | {str(row.ahead) for row in figures.tasks}
    for key, words in text(figures, named, kind).items():
        bare = re.sub(r"^\d+\.", "", words, flags=re.MULTILINE)
        for number in re.findall(r"\d+(?:\.\d+)?", bare):
            assert number in known, (key, number)


def test_the_same_figures_give_the_same_words() -> None:
    assert text(quarter()) == text(Figures.from_json(quarter().as_json()))


def test_nobody_is_blamed_who_was_not_chosen() -> None:
    words = text(quarter())
    for name in ("县住建局", "城关镇"):
        assert name not in words["lagging"]
    assert "县住建局" not in words["units"]  # it leads nothing but what lags
    assert "漏报" not in words["units"]
    assert "欠序时" not in words["units"]


def test_whoever_is_named_stands_with_task_cause_and_next_step() -> None:
    words = text(quarter(), (Named(HOUSING, 1),))["lagging"]
    assert "第1项“任务一”，由县住建局负责" in words
    assert "应完成62%，实际完成40%，落后22个百分点" in words
    assert f"主要原因是用地问题，月报反映：“{PROBLEM}”" in words
    assert "下步打算：“完成审批”，时间为2025年4月30日" in words


def test_the_words_of_another_unit_are_not_put_into_the_mouth_of_who_is_named() -> None:
    other = replace(LAGS, said=said(EDUCATION, "已配合", PROBLEM, Cause.LAND))
    words = text(quarter(other), (Named(HOUSING, 1),))["lagging"]
    assert PROBLEM not in words
    assert "月报中没有写明原因" in words


def test_who_never_reported_is_named_without_a_task() -> None:
    assert "城关镇漏报月报1份" in text(quarter(), (Named(TOWN),))["lagging"]


def test_the_candidates_are_those_that_lag_and_those_that_are_silent() -> None:
    found = [(who.unit_id, who.task_id) for who in candidates(quarter(), QUARTERLY)]
    assert found == [(HOUSING, 1), (TOWN, None)]
    assert [who.key for who in candidates(quarter(), PROJECT)] == [f"{HOUSING}-1"]


def test_models_are_what_was_closed_as_excellent_then_what_is_ahead_in_their_own_words() -> None:
    first, second = text(quarter())["models"].splitlines()
    assert first.startswith("（一）县财政局推进第3项")
    assert second.startswith("（二）县教育局推进第2项")
    assert f"“{MODEL}”" in second


def test_nothing_lags_and_nobody_is_named() -> None:
    words = text(quarter(AHEAD, ON))
    assert words["lagging"] == "截至2025年3月31日，没有欠序时的任务。"
    assert "滞后" not in words["demands"]


def test_an_empty_plan_still_gives_a_bulletin() -> None:
    nothing = replace(account(), tasks=(), duties=())
    for kind in BulletinKind:
        words = text(figures_of(nothing, None, kind), kind=kind)
        assert all(words.values()), words


def test_a_quotation_ends_with_a_sentence() -> None:
    assert quoted("完成一期。") == "“完成一期”"
    long = "第一句说完了。" + "这一句很长" * 30
    assert quoted(long) == "“第一句说完了”"
    assert quoted("没有句号" * 60).endswith("……”")
    assert quoted("他说“好”") == "“他说‘好’”"

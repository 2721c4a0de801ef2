"""The month's form that came back: what is taken, what is not, and why; never anything silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from workflows.lifecycle import Cause, OnTime
from workflows.light import Pace
from workflows.monthform import (
    Field,
    FormRow,
    Goal,
    Row,
    Taking,
    cells,
    compare,
    find_rows,
    read_stamp,
    stamp,
)

UNITS = {"县教育局": 1, "县财政局": 2}
GARDENS = FormRow(7, 3, 1, "2", "建设2所示范园", "完成10%。一所开工。", percent=20, done="一所主体完工。")
GOALS = (Goal(31, "示范园", "所", "1"), Goal(32, "覆盖率", "%"))
MEASURED = FormRow(8, 0, 1, "3", "提高覆盖率", asks_percent=False, goals=GOALS)
RECURRING = FormRow(9, 0, 1, "4", "每月例会", asks_percent=False, recurs=True)
MONTH = {row.duty_id: row for row in (GARDENS, MEASURED, RECURRING)}


def sent(row: FormRow, at: int = 4, **typed: str) -> Row:
    """The row as it went out, with what was typed into it since."""
    return filled(row, typed, at)


def filled(row: FormRow, typed: Mapping[str, str], at: int = 4) -> Row:
    shown = cells(row)
    whole = {**shown, Field.STAMP: stamp(row.duty_id, row.version, shown)}
    return Row(at, whole | {Field(name): words for name, words in typed.items()})


def taking(*rows: Row, now: FormRow | None = None) -> Taking:
    return compare(rows, MONTH | ({now.duty_id: now} if now else {}), UNITS)


def only(result: Taking) -> tuple[list[tuple[Field, str, str]], list[tuple[Field | None, str]]]:
    [outcome] = result.outcomes
    return [(c.field, c.old, c.new) for c in outcome.changes], [(w.field, w.why) for w in outcome.left]


def test_an_untouched_form_puts_nothing_into_the_drafts() -> None:
    result = taking(*(sent(row) for row in MONTH.values()))
    assert (result.outcomes, result.same, result.absent) == ((), 3, ())


def test_line_ends_that_an_office_program_drops_are_no_change() -> None:
    row = replace(GARDENS, done="一所主体完工。\n另一所 选址。")
    back = sent(row, done="一所主体完工。另一所选址。")
    assert taking(back, now=row).outcomes == ()


def test_every_column_is_taken_as_what_it_means() -> None:
    typed = {
        "percent": "60%", "schedule": "欠序时", "done": "两所开工。", "problems": "缺资金。", "cause": "资金",
        "help_words": "请拨款。", "help_unit": "县财政局", "next_step": "装修。", "next_on": "2025-04-30",
        "on_time": "有风险", "unchanged": "是", "unchanged_reason": "等批复。", "waiting": "是",
    }  # fmt: skip
    [outcome] = taking(filled(GARDENS, typed)).outcomes
    assert outcome.left == ()
    assert dict(outcome.values) == {
        "percent": 60, "schedule": Pace.BEHIND, "done": "两所开工。", "problems": "缺资金。", "cause": Cause.FUNDS,
        "help_words": "请拨款。", "help_unit_id": 2, "next_step": "装修。", "next_on": date(2025, 4, 30),
        "on_time": OnTime.RISKY, "unchanged": True, "unchanged_reason": "等批复。", "waiting": True,
    }  # fmt: skip
    assert {change.field for change in outcome.changes} == set(map(Field, typed))


def test_values_of_indicators_and_what_was_held_are_taken() -> None:
    [outcome] = taking(sent(MEASURED, measures="示范园（所）：2所；覆盖率:８５.5%")).outcomes
    assert dict(outcome.values) == {"measures": {31: "2", 32: "85.5"}}
    [held] = taking(sent(RECURRING, occurred="否")).outcomes
    assert dict(held.values) == {"occurred": False}


@pytest.mark.parametrize(
    ("row", "field", "words", "why"),
    [
        (GARDENS, "percent", "六成", "请填0到100之间的整数"),
        (GARDENS, "percent", "101", "请填0到100之间的整数"),
        (GARDENS, "percent", "60.5", "请填0到100之间的整数"),
        (GARDENS, "done", "长" * 301, "这一格有301个字，最多300个字"),
        (GARDENS, "schedule", "差不多", "没有“差不多”这个选项，请从达序时、欠序时、超序时里选一个"),
        (GARDENS, "cause", "缺钱", "没有“缺钱”这个选项"),
        (GARDENS, "on_time", "能", "没有“能”这个选项"),
        (GARDENS, "waiting", "对", "没有“对”这个选项"),
        (GARDENS, "help_unit", "县某局", "没有找到“县某局”这个单位"),
        (GARDENS, "help_unit", "县教育局", "不能是本单位"),
        (GARDENS, "next_on", "下个月", "看不出是哪一天"),
        (GARDENS, "next_on", "2025-02-30", "看不出是哪一天"),
        (GARDENS, "next_on", "9999-01-01", "看不出是哪一天"),
        (GARDENS, "occurred", "是", "不是周期任务"),
        (GARDENS, "measures", "示范园：2", "看不懂"),
        (GARDENS, "title", "改了名", "只供查看"),
        (GARDENS, "before", "改了上月", "只供查看"),
        (MEASURED, "percent", "50", "由指标值推算"),
        (MEASURED, "measures", "示范园（所）：两所", "指标值请只填数字"),
        (MEASURED, "measures", "入园率：2", "这项任务的指标：示范园（所）、覆盖率（%）"),
        (RECURRING, "percent", "50", "由是否开展推算"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_with_its_reason_and_the_others_are_taken(
    row: FormRow, field: str, words: str, why: str
) -> None:
    changes, left = only(taking(filled(row, {field: words, "problems": "缺人。"})))
    assert changes == [(Field.PROBLEMS, "", "缺人。")]
    assert [(at, why in said) for at, said in left] == [(Field(field), True)]


def test_a_cell_that_a_colleague_wrote_meanwhile_keeps_the_colleague_s_words() -> None:
    now = replace(GARDENS, version=4, done="同事写的。")
    changes, left = only(taking(sent(GARDENS, done="我写的。", problems="缺人。"), now=now))
    assert changes == [(Field.PROBLEMS, "", "缺人。")]
    [(field, why)] = left
    assert field is Field.DONE
    assert "同事写的。" in why


def test_what_only_a_colleague_wrote_stays_and_what_both_wrote_alike_is_no_news() -> None:
    now = replace(GARDENS, version=4, done="同事写的。")
    assert taking(sent(GARDENS), now=now).outcomes == ()
    assert taking(sent(GARDENS, done="同事写的。"), now=now).outcomes == ()


def test_a_row_that_was_filed_meanwhile_is_left_with_its_words() -> None:
    result = taking(sent(GARDENS, done="我写的。", percent="60"), now=replace(GARDENS, closed="已经报送"))
    [outcome] = result.outcomes
    assert outcome.changes == ()
    [left] = outcome.left
    assert (left.field, left.words, left.why) == (None, "60；我写的。", "已经报送")
    assert taking(sent(GARDENS), now=replace(GARDENS, closed="已经报送")).outcomes == ()


def test_a_row_of_a_task_that_is_no_longer_asked_for_or_of_another_unit_is_left() -> None:
    changes, [(field, why)] = only(taking(sent(replace(GARDENS, duty_id=99), done="我写的。")))
    assert (changes, field) == ([], None)
    assert "别的单位" in why
    assert "销号" in why


@pytest.mark.parametrize("mark", ["", "LM1-7-3-abc", "LM1-7-3-" + "0" * 144 + "-0000", "甲"])
def test_a_row_added_by_hand_or_with_an_altered_stamp_is_left(mark: str) -> None:
    changes, [(field, why)] = only(taking(sent(GARDENS, done="我写的。", stamp=mark)))
    assert (changes, field) == ([], None)
    assert "手工添加" in why


def test_of_a_row_that_stands_there_twice_the_first_counts() -> None:
    result = taking(sent(GARDENS, 4, done="第一行。"), sent(GARDENS, 5, done="第二行。"))
    assert [(one.at, len(one.changes), len(one.left)) for one in result.outcomes] == [(4, 1, 0), (5, 0, 1)]
    assert "两次" in result.outcomes[1].left[0].why


def test_tasks_the_sheet_has_no_row_of_are_named_and_stay() -> None:
    assert taking(sent(GARDENS)).absent == ("3. 提高覆盖率", "4. 每月例会")


def test_a_column_that_was_deleted_says_nothing() -> None:
    row = sent(GARDENS)
    kept: dict[Field, str] = {field: words for field, words in row.cells.items() if field is not Field.DONE}
    assert taking(Row(4, kept)).outcomes == ()


def test_emptying_a_cell_is_a_change_that_is_shown() -> None:
    changes, left = only(taking(sent(GARDENS, done="", percent="")))
    assert changes == [(Field.PERCENT, "20", ""), (Field.DONE, "一所主体完工。", "")]
    assert left == []


def test_what_is_shown_has_a_fingerprint_of_its_own() -> None:
    one, other = taking(sent(GARDENS, done="甲。")), taking(sent(GARDENS, done="乙。"))
    assert one.fingerprint == taking(sent(GARDENS, done="甲。")).fingerprint
    assert one.fingerprint != other.fingerprint


def test_the_stamp_holds_duty_and_version_and_breaks_when_it_is_touched() -> None:
    words = stamp(7, 3, cells(GARDENS))
    read = read_stamp(words)
    assert read is not None
    assert (read.duty_id, read.version) == (7, 3)
    assert read_stamp(words.replace("LM1-7", "LM1-8")) is None


def test_a_sheet_without_the_form_has_no_rows() -> None:
    assert find_rows([[["任务", "内容"], ["甲", "乙"]]]) is None
    assert find_rows([[["题头"], ["任务", "识别码"], ["", ""], ["甲", "乙"]]]) == [
        Row(4, {Field.TITLE: "甲", Field.STAMP: "乙"})
    ]

"""What a list that came back would do: cells changed here, there, and on both sides; rows added, copied, lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.errors import Refused
from workflows.redraft import Bearer, Draft, Promise
from workflows.tasklist import (
    HEADS,
    Changes,
    Field,
    Row,
    cells,
    compare,
    find_rows,
    new_draft,
    promised,
    said,
    stamp,
    taken,
)
from workflows.units import Share

PLAN = 3
DRAFT = Draft(
    number="1", part=None, level=1, title="改善办园条件", section="", text="改善办园条件。修缮校舍。", start=None, end=None,
    deadline_on=date(2025, 12, 31), deadline_text="到2025年底", recurrence=None, recurrence_text="", start_text="",
    kind=TaskKind.DATED, kind_reason="", bearers=(Bearer(Share.LEAD, "县教育局", unit_id=4), Bearer(Share.RESPONSIBLE, "县财政局")),
)  # fmt: skip
OTHER = replace(DRAFT, number="2", title="强化安全监管", text="强化安全监管。排查隐患。")


def row(at: int, task_id: int | None, draft: Draft = DRAFT, **typed: str) -> Row:
    """The row of a task as it went out, with these cells typed over."""
    shown = {field: said(words) for field, words in cells(draft).items()}
    shown[Field.STAMP] = stamp(PLAN, task_id, shown) if task_id else ""
    return Row(at, {**shown, **{Field(field): words for field, words in typed.items()}})


def changed(*rows: Row, tasks: Mapping[int, Draft] | None = None) -> Changes:
    return compare(PLAN, tasks or {1: DRAFT}, rows)


def test_a_typed_cell_is_a_change_from_what_the_plan_says() -> None:
    (edit,) = changed(row(4, 1, title="改善全县办园条件")).edits
    (change,) = edit.changes
    assert (edit.task_id, edit.row, edit.clashes) == (1, 4, ())
    assert (change.head, change.old, change.new) == ("任务名称", "改善办园条件", "改善全县办园条件")


@pytest.mark.parametrize(
    "typed", ["2025-12-31", "2025/12/31", "2025.12.31", "2025年12月31日", "2025年底", "2025-12-31 00:00:00"]
)
def test_one_day_in_other_words_is_no_change(typed: str) -> None:
    assert changed(row(4, 1, deadline=typed)).is_empty


def test_names_in_other_marks_are_no_change() -> None:
    two = replace(DRAFT, bearers=(*DRAFT.bearers, Bearer(Share.RESPONSIBLE, "县残联")))
    assert changed(row(4, 1, two, responsible="县财政局，县残联"), tasks={1: two}).is_empty


def test_a_rough_date_is_shown_as_the_day_it_is_taken_for() -> None:
    (edit,) = changed(row(4, 1, deadline="2026年6月底")).edits
    assert edit.changes[0].means == "2026年6月30日"


def test_what_only_a_colleague_changed_stays_and_is_no_change_of_ours() -> None:
    now = replace(DRAFT, title="改善幼儿园办园条件")
    assert changed(row(4, 1), tasks={1: now}).is_empty


def test_a_cell_both_changed_is_a_clash_and_the_others_are_taken() -> None:
    now = replace(DRAFT, title="改善幼儿园办园条件")
    (edit,) = changed(row(4, 1, title="改善全县办园条件", number="9"), tasks={1: now}).edits
    assert [(c.field, c.old, c.new) for c in edit.clashes] == [
        (Field.TITLE, "改善幼儿园办园条件", "改善全县办园条件")
    ]
    assert [c.field for c in edit.changes] == [Field.NUMBER]


def test_both_making_the_same_change_is_none() -> None:
    now = replace(DRAFT, title="改善全县办园条件")
    assert changed(row(4, 1, title="改善全县办园条件"), tasks={1: now}).is_empty


def test_a_column_that_was_deleted_changes_nothing() -> None:
    whole = row(4, 1)
    assert changed(
        Row(4, {field: words for field, words in whole.cells.items() if field is not Field.SUPPORT})
    ).is_empty


def test_a_row_without_a_stamp_is_added_behind_the_one_above() -> None:
    new = row(5, None, title="新增工作", text="新增工作。")
    changes = changed(row(4, 1), new, row(6, 2, OTHER), tasks={1: DRAFT, 2: OTHER})
    assert [(a.row, a.after, a.cells[Field.TITLE]) for a in changes.additions] == [(5, 1, "新增工作")]
    assert changed(new, row(6, 1)).additions[0].after is None


def test_a_copied_row_is_an_addition_and_the_one_most_as_sent_keeps_the_task() -> None:
    copy = row(4, 1, title="另一项工作", text="另一项工作。")
    changes = changed(copy, row(5, 1, number="7"))
    assert [addition.row for addition in changes.additions] == [4]
    assert [edit.row for edit in changes.edits] == [5]
    assert "第4行" in changes.notes[0]


def test_a_missing_row_is_offered_for_removal_and_nothing_more() -> None:
    changes = changed(row(4, 2, OTHER), tasks={1: DRAFT, 2: OTHER})
    assert [(gone.task_id, gone.label) for gone in changes.removals] == [(1, "1 改善办园条件")]
    assert not changes.edits


def test_a_task_a_colleague_removed_is_not_brought_back() -> None:
    changes = changed(row(4, 1), row(5, 9, OTHER, title="改过的名称"))
    assert changes.is_empty
    assert changes.notes == ("第5行“改过的名称”已被同事从计划中删去，没有恢复。",)


@pytest.mark.parametrize(
    "words", ["LS1-3-1-0", "随便写的", stamp(PLAN, 1, cells(DRAFT)).replace("LS1-3-1-", "LS1-3-2-")]
)
def test_an_altered_stamp_is_trouble_with_its_row(words: str) -> None:
    (trouble,) = changed(row(4, 1), row(5, None, stamp=words)).troubles
    assert (trouble.row, trouble.head) == (5, "识别码")


def test_a_row_of_another_plan_is_trouble() -> None:
    (trouble,) = changed(row(4, 1), row(5, None, stamp=stamp(PLAN + 1, 1, cells(DRAFT)))).troubles
    assert "另一个计划" in trouble.sentence


def test_the_commitments_are_for_reading() -> None:
    changes = changed(row(4, 1, promises="指标：随手改的"))
    assert changes.is_empty
    assert "只供查看" in changes.notes[0]


@pytest.mark.parametrize(
    ("typed", "head", "words"),
    [
        ({"title": ""}, "任务名称", "请写任务名称"),
        ({"text": ""}, "任务内容", "请写任务内容"),
        ({"title": "长" * 401}, "任务名称", "最多400个字"),
        ({"number": "一" * 21}, "序号", "最多20个字"),
        ({"deadline": "明年底"}, "完成时限", "看不出是哪一天"),
        ({"deadline": "2025-02-30"}, "完成时限", "没有“2025-02-30”这一天"),
        ({"deadline": "2025年底、2026年底"}, "完成时限", "看不出是哪一天"),
        ({"deadline": "1999-02-01"}, "完成时限", "请核对年份"),
        ({"kind": "重点"}, "类型", "请从限时完成"),
        ({"recurrence": "每周"}, "周期", "请从每月"),
        ({"lead": "", "responsible": ""}, "牵头单位", "至少写一个牵头单位或责任单位"),
        ({"lead": "县" * 121}, "牵头单位", "不像单位名称"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_and_says_what_to_write(
    typed: dict[str, str], head: str, words: str
) -> None:
    (trouble,) = changed(row(8, 1, DRAFT, **typed)).troubles
    assert (trouble.row, trouble.head) == (8, head)
    assert words in trouble.sentence


def test_a_task_that_was_incomplete_before_is_no_trouble_of_an_untouched_cell() -> None:
    bare = replace(DRAFT, bearers=(), title="")
    assert changed(row(4, 1, bare, number="3"), tasks={1: bare}).troubles == ()


def test_a_new_row_needs_all_a_task_needs() -> None:
    blank = Row(5, {Field.TITLE: "只有名称", Field.STAMP: ""})
    assert {(t.row, t.head) for t in changed(row(4, 1), blank).troubles} == {(5, "任务内容"), (5, "牵头单位")}


def test_the_fingerprint_changes_with_what_would_be_done() -> None:
    one, other = changed(row(4, 1, title="甲")), changed(row(4, 1, title="乙"))
    assert one.fingerprint == changed(row(4, 1, title="甲")).fingerprint != other.fingerprint


def test_taken_cells_make_the_task_and_leave_the_rest() -> None:
    typed = {
        Field.DEADLINE: "2026-06-30",
        Field.RECURRENCE: "每季度",
        Field.RESPONSIBLE: "县教育局、县残联",
        Field.LEAD: "县政府",
    }
    known = {"县政府": Bearer(Share.LEAD, "县政府", unit_id=8)}
    after = taken(DRAFT, typed, known)
    assert (after.deadline_on, after.recurrence, after.title) == (date(2026, 6, 30), "quarterly", DRAFT.title)
    assert after.bearers == (
        Bearer(Share.LEAD, "县政府", unit_id=8),  # bound as elsewhere in the plan
        Bearer(Share.RESPONSIBLE, "县教育局", unit_id=4),  # bound as it stood, with its new share
        Bearer(Share.RESPONSIBLE, "县残联"),
    )


def test_names_stay_as_printed_when_no_unit_cell_changed() -> None:
    mixed = replace(DRAFT, bearers=tuple(reversed(DRAFT.bearers)))
    assert taken(mixed, {Field.TITLE: "改"}, {}).bearers == mixed.bearers


def test_a_cell_that_cannot_be_taken_is_refused() -> None:
    with pytest.raises(Refused, match="没有“二月”这一类型"):
        taken(DRAFT, {Field.KIND: "二月"}, {})


@pytest.mark.parametrize(("deadline", "kind"), [("2026-06-30", TaskKind.DATED), ("", TaskKind.CONTINUING)])
def test_a_new_task_without_a_type_gets_one_by_its_date(deadline: str, kind: TaskKind) -> None:
    new = new_draft(
        {Field.TITLE: "新", Field.TEXT: "新。", Field.LEAD: "县教育局", Field.DEADLINE: deadline}, {}
    )
    assert (new.kind, new.title, new.bearers) == (kind, "新", (Bearer(Share.LEAD, "县教育局"),))


def test_commitments_read_as_a_sentence() -> None:
    made = (
        Promise(
            CommitmentKind.INDICATOR,
            "示范园",
            comparison=Comparison.REACH,
            target="2",
            unit="所",
            due_on=date(2025, 12, 31),
        ),
        Promise(CommitmentKind.INDICATOR, "覆盖率", comparison=Comparison.AT_LEAST, unit="%"),
        Promise(CommitmentKind.DELIVERABLE, "实施意见"),
        Promise(CommitmentKind.MILESTONE, text="6月底前开工", due_on=date(2025, 6, 30)),
    )
    assert promised(made) == (
        "指标：示范园达到2所（2025年12月31日）；指标：覆盖率不低于（待填）%；交付物：实施意见；阶段节点：6月底前开工（2025年6月30日）"
    )


def test_a_name_that_holds_a_mark_comes_back_as_one() -> None:
    held = replace(
        DRAFT, bearers=(Bearer(Share.LEAD, "县委、县政府", unit_id=4), Bearer(Share.LEAD, "县教育局"))
    )
    (edit,) = changed(row(4, 1, held, lead=f"{cells(held)[Field.LEAD]}县财政局"), tasks={1: held}).edits
    after = taken(held, {change.field: change.new for change in edit.changes}, {})
    assert [bearer.printed for bearer in after.bearers] == ["县委、县政府", "县教育局", "县财政局"]
    assert after.bearers[0].unit_id == 4


def test_the_head_is_found_on_whichever_sheet_and_line_it_stands() -> None:
    head = list(HEADS.values())
    line = ["1", "", "改善办园条件", "修缮。", "县教育局", *[""] * 8]
    rows = find_rows([[["说明"], ["别的"]], [["任务分解表"], [""], head, line, [""] * 13]])
    assert rows is not None
    assert [(r.at, r.cells[Field.TITLE]) for r in rows] == [(4, "改善办园条件")]
    assert find_rows([[["序号", "任务名称"], line]]) is None

"""The head of a document, the titles of its items, what is doubted, and the JSON that leaves the parser."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.unit.document.reading import only_task, plan, task_saying, task_with
from workflows.document import as_json
from workflows.document.script import fold, han_number

LETTER = """某县人民政府办公室文件

某政办发〔2024〕3号

某县人民政府办公室
关于印发《某县校舍提升行动方案
（2024—2025年）》的通知

各乡镇人民政府：

1.完成修缮。年底前完成。（责任单位：县教育局）

某县人民政府办公室
2024年3月5日
"""


def test_the_head_of_a_letter_is_read() -> None:
    found = plan(LETTER, None)
    assert found.title == "某县校舍提升行动方案（2024—2025年）"
    assert found.document_number == "某政办发〔2024〕3号"
    assert found.issuing_body == "某县人民政府办公室"
    assert found.issued_on == date(2024, 3, 5)
    assert found.period == (date(2024, 1, 1), date(2025, 12, 31))
    assert str(found.tasks[0].deadline_on) == "2024-12-31"


def test_a_speech_is_titled_by_its_own_line_also_behind_its_outline() -> None:
    text = (
        "提纲:\n一、提高认识\n二、抓好落实\n在全县防汛工作会议上的讲话：早准备、早落实\n同志们:\n今天开会。\n"
    )
    assert plan(text).title == "在全县防汛工作会议上的讲话：早准备、早落实"


def test_a_document_without_head_has_none() -> None:
    found = plan("1.完成修缮。（责任单位：县教育局）", None)
    assert (found.title, found.document_number, found.issuing_body, found.issued_on, found.period) == (
        None,
    ) * 5


@pytest.mark.parametrize("line", ["2024年2月30日", "二〇二四年十三月一日"])
def test_an_impossible_date_of_issue_is_none(line: str) -> None:
    assert plan(f"某县方案\n{line}\n正文").issued_on is None


def test_a_date_of_issue_may_be_in_chinese_figures() -> None:
    assert plan("某县工作方案\n二〇二四年十一月二十三日\n正文").issued_on == date(2024, 11, 23)


def test_a_plan_without_tasks_says_what_to_do() -> None:
    found = plan("同志们：今天开会。")
    assert [doubt.code for doubt in found.doubts] == ["no-task"]
    assert "责任单位" in found.doubts[0].sentence


@pytest.mark.parametrize("demand", ["覆盖率达到*%。", "新建xx所。", "培训____人。", "占比达到%。"])
def test_a_lost_figure_is_doubted_and_never_zero(demand: str) -> None:
    assert [doubt.code for doubt in task_saying(demand).doubts] == ["figure-blank"]


def test_a_name_that_is_no_units_is_doubted() -> None:
    task = task_with("（责任单位：县教育局、认真贯彻）")
    assert [doubt.code for doubt in task.doubts] == ["unit-unclear"]
    assert "认真贯彻" in task.doubts[0].sentence


def test_every_doubt_is_a_chinese_sentence() -> None:
    text = "1.甲项（责任单位：县教育局、认真贯彻等\n3.乙项。新建xx所，6月底前，每半年一次。（责任单位：县财政局）"
    found = plan(text, None)
    doubts = [*found.doubts, *(doubt for task in found.tasks for doubt in task.doubts)]
    assert len(doubts) >= 5
    assert all(doubt.sentence.endswith("。") for doubt in doubts)


def test_a_clause_can_be_read_twice_from_its_json() -> None:
    shape = as_json(plan(LETTER, None))
    assert json.loads(json.dumps(shape, ensure_ascii=False)) == shape
    assert set(shape) == {"title", "document_number", "period", "tasks", "candidates", "governance"}
    tasks = shape["tasks"]
    assert isinstance(tasks, list)
    assert set(tasks[0]) == {
        "number", "part", "title", "section", "text", "lead_units", "responsible_units", "deadline",
        "deadline_text", "recurrence", "recurrence_text", "start_text", "milestones", "collective", "doubts",
        "type", "type_reason", "deliverables", "indicators", "units", "guiding_units", "implied_units", "open_list",
    }  # fmt: skip


def test_a_heading_without_its_stop_is_cut_before_the_next_demand() -> None:
    items = "".join(
        f"{number}.加强第{number}类管理。完善制度。（责任单位：县教育局）\n" for number in range(1, 6)
    )
    found = plan(items + "6.重视校舍管理全面落实国家标准,定期检查。（责任单位：县教育局）")
    assert found.tasks[5].title == "重视校舍管理"
    assert [doubt.code for doubt in found.tasks[5].doubts] == ["heading-stop-missing"]


def test_a_document_of_whole_sentences_keeps_them_as_titles() -> None:
    task = only_task("1.对受影响的单位，要全面落实补助。（责任单位：县教育局）")
    assert task.title == "对受影响的单位，要全面落实补助"


def test_folding_keeps_every_position() -> None:
    text = "（牽頭單位：縣教育局；１．\r\n\u3000完）"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("(牵头单位:县教育局;1.")


@pytest.mark.parametrize(
    ("words", "value"), [("十", 10), ("十一", 11), ("二十", 20), ("三", 3), ("一百零二", 102), ("12", 12)]
)
def test_chinese_numbers_have_their_value(words: str, value: int) -> None:
    assert han_number(words) == value

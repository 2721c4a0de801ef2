"""Which type a task is proposed to be, and the words the reason names."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import CORPUS, task_saying, task_with
from workflows.commitments import TASK_KIND_LABELS, TaskKind
from workflows.document import as_json, parse


@pytest.mark.parametrize(
    ("demand", "kind", "words"),
    [
        ("到2025年底，全部园所达到标准。", TaskKind.DATED, "到2025年底"),
        ("到2025年，普惠率达到90%。", TaskKind.INDICATOR, "普惠率达到90%"),
        ("建成示范园4所。", TaskKind.INDICATOR, "建成示范园4所"),
        ("2024年完成60%，2025年全部完成。", TaskKind.DATED, "2025年"),
        ("2024年底前新建幼儿园3所。", TaskKind.PROJECT, "新建幼儿园3所"),
        ("推动主体工程年内竣工。", TaskKind.PROJECT, "竣工"),
        ("从2024年起，逐步提高待遇。", TaskKind.CONTINUING, "从2024年起"),
        ("每年组织一次质量监测。", TaskKind.RECURRING, "每年组织一次"),
        ("定期开展评选活动。", TaskKind.RECURRING, "定期"),
        ("建立联席会议制度。", TaskKind.INSTITUTION, "建立联席会议制度"),
        ("鼓励社会力量办园。支持公益活动。", TaskKind.ADVOCACY, "鼓励"),
        ("对督导反馈的问题逐项整改销号，2024年底前完成。", TaskKind.RECTIFICATION, "整改"),
        ("确定一所学校开展试点。", TaskKind.DATED, "确定一所学校"),
    ],
)
def test_the_first_sign_decides_and_is_named(demand: str, kind: TaskKind, words: str) -> None:
    guess = task_saying(demand).type
    assert guess.kind is kind
    assert words in guess.reason
    assert guess.reason.endswith(f"按{TASK_KIND_LABELS[kind]}型。")


def test_a_task_without_any_sign_goes_on_and_says_what_is_missing() -> None:
    guess = task_saying("全力做好接待。").type
    assert guess.kind is TaskKind.CONTINUING
    assert guess.reason == "没有写明完成时间和须达到的数字，按持续推进型。"


def test_the_time_of_the_clause_counts() -> None:
    assert task_with("（持续推进，责任单位：县教育局）").type.kind is TaskKind.CONTINUING
    assert task_with("（责任单位：县教育局；完成时限：6月底前）").type.kind is TaskKind.DATED


def test_quotation_marks_in_the_reason_are_told_apart() -> None:
    assert "“‘智慧课堂’覆盖率达到90%”" in task_saying("“智慧课堂”覆盖率达到90%。").type.reason


EXPECTED = {
    "1": {TaskKind.DATED, TaskKind.PROJECT},
    "2": {TaskKind.CONTINUING, TaskKind.INSTITUTION},
    "3": {TaskKind.DATED},
    "4": {TaskKind.CONTINUING, TaskKind.RECURRING},
    "5": {TaskKind.CONTINUING},
    "6": {TaskKind.CONTINUING},
    "7": {TaskKind.INDICATOR, TaskKind.RECURRING},
    "8": {TaskKind.INDICATOR},
    "9": {TaskKind.INSTITUTION, TaskKind.INDICATOR},
    "10": {TaskKind.ADVOCACY},
    "11": {TaskKind.CONTINUING},
    "12": {TaskKind.DATED},
    "13": {TaskKind.INDICATOR},
    "14": {TaskKind.CONTINUING, TaskKind.ADVOCACY},
    "15": {TaskKind.RECURRING, TaskKind.RECTIFICATION},
    "16": {TaskKind.DATED, TaskKind.RECURRING},
    "17": {TaskKind.RECURRING},
}
"""The table of reference f.1 for the seed plan."""


def test_the_seed_plan_is_typed_as_the_reference_types_it() -> None:
    plan = parse((CORPUS / "docs" / "seed001.txt").read_text("utf-8"))
    apart = {
        task.number for task in plan.tasks if task.number and task.type.kind not in EXPECTED[task.number]
    }
    assert apart <= {"10"}


def test_the_export_carries_what_a_task_commits_to() -> None:
    text = "1.扩大资源。到2025年底，制定方案，新增学位300个。（责任单位：市教育局、财政局等）"
    tasks = as_json(parse(text))["tasks"]
    assert isinstance(tasks, list)
    (task,) = tasks
    start = text.index("新增学位")
    assert task["type"] == "indicator"
    assert task["indicators"] == [
        {
            "name": "新增学位",
            "comparison": "reach",
            "target": "300",
            "unit": "个",
            "by": "2025-12-31",
            "text": "新增学位300个",
            "span": [start, start + len("新增学位300个")],
        }
    ]
    assert [thing["what"] for thing in task["deliverables"]] == ["方案"]
    assert [unit["printed"] for unit in task["units"]] == ["市教育局", "财政局"]
    assert task["open_list"] is True


@pytest.mark.parametrize(
    ("demand", "deadline", "stones"),
    [
        (
            "第一季度：选址。第二季度：招标。第三季度：施工。第四季度：验收。",
            "2024-12-31",
            ["2024-03-31", "2024-06-30", "2024-09-30"],
        ),
        ("校舍改造2024年完成60%，2025年全部完成。", "2025-12-31", ["2024-12-31"]),
        (
            "2024年6月底前完成选址，2024年底前完成招标，2025年6月底前投用。",
            "2025-06-30",
            ["2024-06-30", "2024-12-31"],
        ),
    ],
)
def test_several_dates_are_a_deadline_and_its_milestones(
    demand: str, deadline: str, stones: list[str]
) -> None:
    task = task_saying(demand)
    assert (str(task.deadline_on), [str(stone.on) for stone in task.milestones]) == (deadline, stones)

"""Clauses without brackets or labels: a sentence of the running text that says who acts, and nothing else."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import only_task, plan

ITEM = "1.加强校舍管理。完成全县校舍安全排查。{}要加强宣传引导，总结推广经验，及时报送情况。"


@pytest.mark.parametrize(
    ("sentence", "leads", "responsible"),
    [
        ("由县教育局牵头，县财政局、各乡镇政府配合。", ("县教育局",), ("县财政局", "各乡镇政府")),
        ("此项工作由县教育局、清河海关负责。", (), ("县教育局", "清河海关")),
        ("该项工作由县委组织部牵头负责，县人社局按职责分工负责。", ("县委组织部",), ("县人社局",)),
        ("具体工作由县教育局会同县财政局组织实施。", ("县教育局",), ("县财政局",)),
        ("以上工作均由县教育局牵头，街道办事处具体落实。", ("县教育局",), ("街道办事处",)),
        ("此项工作县教育局牵头，县财政局配合做好相关工作。", ("县教育局",), ("县财政局",)),
        ("牵头单位为县教育局，配合单位为县财政局。", ("县教育局",), ("县财政局",)),
        ("由县教育局负总责，县财政局协助。", ("县教育局",), ("县财政局",)),
        ("此项任务由县应急管理局主抓，县消防大队协助。", ("县应急管理局",), ("县消防大队",)),
    ],
)
def test_a_plain_sentence_among_the_others_assigns(
    sentence: str, leads: tuple[str, ...], responsible: tuple[str, ...]
) -> None:
    task = only_task(ITEM.format(sentence))
    assert (task.lead_units, task.responsible_units) == (leads, responsible)
    assert task.text.endswith("及时报送情况。")
    assert task.text_units == ()


def test_a_date_in_the_sentence_binds() -> None:
    task = only_task(ITEM.format("此项工作由县教育局负责落实，2025年6月底前完成。"))
    assert task.deadline_text == "2025年6月底前"


@pytest.mark.parametrize(
    "sentence",
    [
        "领导小组办公室设在县教育局，由县教育局负责日常工作。",
        "领导小组办公室设在县教育局，县教育局牵头。",
        "去年，由县教育局牵头，县财政局配合，完成了全部改造。",
        "县教育局负责校舍排查，县财政局负责资金保障。",
        "成立由县教育局牵头的专班。",
        "专班由分管副县长牵头，县教育局、县财政局配合。",
        "资金由县财政局负责。",
        "坚持政府牵头，部门配合。",
        "企业负责。",
        "由县教育局牵头制定实施方案，县财政局做好资金保障。",
        "各级各部门要密切配合。",
    ],
)
def test_a_sentence_that_says_more_or_states_a_principle_assigns_nothing(sentence: str) -> None:
    assert plan(ITEM.format(sentence)).tasks == ()


def test_a_clause_in_brackets_speaks_before_plain_sentences() -> None:
    task = only_task(ITEM.format("由县教育局牵头，县财政局配合。") + "（责任单位：县民政局）")
    assert task.responsible_units == ("县民政局",)
    assert task.lead_units == ()

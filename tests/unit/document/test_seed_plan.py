"""The first seed plan is read exactly; speeches and reports give no tasks."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.unit.document.reading import CORPUS, plan, seed
from workflows.document import ParsedPlan, as_json


@pytest.fixture(scope="module")
def county_plan() -> ParsedPlan:
    return plan(seed("001"), None)


def test_the_head_of_the_county_plan_is_read(county_plan: ParsedPlan) -> None:
    assert county_plan.title == "清水河县学前教育普及普惠发展三年行动计划(2023—2025年)"
    assert county_plan.document_number == "清政发〔2023〕52号"
    assert county_plan.issuing_body == "清水河县人民政府"
    assert county_plan.period == (date(2023, 1, 1), date(2025, 12, 31))
    assert county_plan.doubts == ()


def test_every_labelled_field_of_the_county_plan_is_right(county_plan: ParsedPlan) -> None:
    gold = json.loads((CORPUS / "gold" / "seed001.json").read_text("utf-8"))["tasks"]
    fields = (
        "number", "title", "section", "lead_units", "responsible_units", "deadline", "deadline_text",
        "recurrence", "recurrence_text", "start_text", "milestones", "collective",
    )  # fmt: skip
    found = as_json(county_plan)["tasks"]
    assert isinstance(found, list)
    assert len(found) == len(gold) == 17
    for expected, task in zip(gold, found, strict=True):
        assert {name: expected.get(name) or None for name in fields} == {
            name: task[name] or None for name in fields
        }


def test_units_that_act_only_in_the_text_are_listed(county_plan: ParsedPlan) -> None:
    acting = {task.number: task.text_units for task in county_plan.tasks if task.text_units}
    assert acting == {"5": ("县教育局", "县委编办", "县人社局"), "11": ("县教育教学研究中心",)}


def test_the_damaged_places_of_the_county_plan_are_doubted(county_plan: ParsedPlan) -> None:
    doubted = {
        task.number: [doubt.code for doubt in task.doubts] for task in county_plan.tasks if task.doubts
    }
    assert doubted == {"11": ["bracket-missing"], "13": ["heading-stop-missing"]}


def test_the_safeguards_of_the_county_plan_are_kept_as_unassigned(county_plan: ParsedPlan) -> None:
    assert [item.number for item in county_plan.unassigned] == ["1", "2", "4-1", "4-2", "4-3", "4-4", "4-5"]


@pytest.mark.parametrize("number", ["000", "002", "003", "004"])
def test_a_speech_or_report_gives_no_task_and_says_so(number: str) -> None:
    found = plan(seed(number), None)
    assert found.tasks == ()
    assert [doubt.code for doubt in found.doubts if doubt.code == "no-task"] == ["no-task"]
    assert found.unassigned

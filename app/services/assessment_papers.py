"""The papers of a year's assessment as files (documents 24 and 25, reference e)."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app.documents import assessment as papers
from app.documents.assessment import AppealDecision, Year
from app.documents.official import Paper
from app.models import Assessment, Plan
from app.queries import assessments as rows
from app.queries import papers as plans
from app.services.printing import in_print, in_word
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import APPEAL, ASSESSMENT, AppealState, ScoreStage
from workflows.wording import chinese_date

File = tuple[str, bytes]
"""A file's name and content."""


def scheme(assessment_id: int, now: datetime) -> File:
    """年度考核实施方案 as docx; raises Refused missing."""
    page = rows.page(assessment_id, now)
    return _word(papers.scheme_paper(_year(page.assessment), page.scheme, local_date(now)))


def scores(assessment_id: int, now: datetime, form: str) -> File:
    """年度考核评分表 as xlsx or docx, of the last stage; raises Refused missing."""
    page = rows.page(assessment_id, now)
    at = page.assessment.cutoff_at if page.stage else now
    state = ASSESSMENT.states[page.assessment.state]
    of = _year(page.assessment, f"{state}，统计至{chinese_date(local_date(at or now))}")
    groups = {each.group: each.scores for each in page.groups}
    if form == "xlsx":
        if not groups:
            raise Refused("illegal-step", "还没有可以计分的单位，暂时不能生成评分表。")
        return f"{of.called}考核评分表.xlsx", papers.score_sheet(of, page.scheme, groups)
    return _word(papers.scores_paper(of, page.scheme, groups))


def results(assessment_id: int, now: datetime, form: str) -> File:
    """年度考核结果通报 as docx or pdf; raises Refused missing, illegal-step before the scores are settled."""
    page = rows.page(assessment_id, now)
    found = page.assessment
    if page.stage is not ScoreStage.FINAL:
        raise Refused("illegal-step", "定分以后才能生成结果通报。请先办完申诉复核并定分。")
    of, dated = _year(found), local_date(found.settled_at or now)
    groups = {each.group: each.scores for each in page.groups}
    paper = papers.results_paper(of, groups, f"{of.office}文件" if of.office else "", found.number, dated)
    return (f"{paper.title}.pdf", in_print(paper)) if form == "pdf" else _word(paper)


def appeal_decision(appeal_id: int) -> File:
    """考核申诉复核决定 as docx; raises Refused missing, illegal-step before it is decided."""
    found = rows.appeal(appeal_id)
    if found.decided_at is None or found.state is AppealState.WITHDRAWN:
        raise Refused("illegal-step", "这件申诉还没有复核决定，决定以后才能生成文书。")
    said = AppealDecision(
        found.unit.name,
        found.item,
        found.words,
        local_date(found.raised_at),
        APPEAL.states[found.state],
        found.decision,
        found.change,
        local_date(found.decided_at),
    )
    return _word(papers.appeal_paper(_year(found.assessment), said))


def self_assessment(plan_id: int, year: int, unit_id: int, now: datetime) -> File:
    """年度自评报告 of a unit as docx; raises Refused missing, illegal-step where nothing can be scored yet."""
    page = rows.running_page(plan_id, year, unit_id, now)
    if page.score is None:
        raise Refused("illegal-step", "本单位这一年还没有可以计分的内容，暂时不能生成自评报告。")
    return _word(papers.self_assessment(_of(plans.running(plan_id), year), page.score, local_date(now)))


def _year(found: Assessment, stage: str = "") -> Year:
    return _of(found.plan, found.year, stage)


def _of(plan: Plan, year: int, stage: str = "") -> Year:
    county = current_app.config["COUNTY_NAME"].partition("（")[0]
    return Year(plan.title, year, plan.office.name if plan.office else f"{county}人民政府督查室", stage)


def _word(paper: Paper) -> File:
    return f"{paper.title}.docx", in_word(paper)

"""Formal documents to take along: of a plan, and of a unit's month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app import clock
from app.queries import assessments
from app.services import assessment_papers, outgoing, papers
from app.web import download
from app.web.auth import actor
from workflows.errors import Refused
from workflows.policy import Act, allows, require

bp = Blueprint("documents", __name__)
_SAVED: dict[str, Callable[[bytes, str], Response]] = {
    "xlsx": download.workbook,
    "docx": download.word,
    "pdf": download.printed,
}


def sent(file: tuple[str, bytes]) -> Response:
    """A document to be saved under its name, as what the name's ending says it is."""
    name, content = file
    return _SAVED[name.rpartition(".")[2]](content, name)


@bp.get("/plans/<int:plan_id>/tasks.docx")
def task_list(plan_id: int) -> Response:
    """任务分解表 in Word."""
    require(actor(), Act.VIEW_PLANS)
    return sent(papers.task_list_word(plan_id, clock.now()))


@bp.get("/plans/<int:plan_id>/ledger.<any(xlsx, docx):form>")
def ledger(plan_id: int, form: str) -> Response:
    """工作台账."""
    require(actor(), Act.SUPERVISE)
    return sent(outgoing.ledger(plan_id, clock.now(), form))


@bp.get("/plans/<int:plan_id>/completion.<any(docx, pdf):form>")
def completion(plan_id: int, form: str) -> Response:
    """计划完成情况报告, from the plan's issue through today, or over the days `from` and `to`."""
    require(actor(), Act.SUPERVISE)
    return sent(outgoing.completion(plan_id, _day("from"), _day("to"), clock.now(), form))


def _day(name: str) -> date | None:
    said = request.args.get(name, "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Refused("invalid", "日期要写成 2025-12-31 的样子。请返回改正后再导出。") from None


@bp.get("/reports/<int:unit_id>/<period_key>/report.<any(docx, pdf):form>")
def month_report(unit_id: int, period_key: str, form: str) -> Response:
    """月进展报告, for the unit that filed it and for those who supervise."""
    if not allows(actor(), Act.SUPERVISE):
        require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    return sent(outgoing.month_report(unit_id, period_key, clock.now(), form))


@bp.get("/plans/<int:plan_id>/months/<period_key>/summary.<any(xlsx, docx):form>")
def month_summary(plan_id: int, period_key: str, form: str) -> Response:
    """月汇总表."""
    require(actor(), Act.SUPERVISE)
    return sent(outgoing.month_summary(plan_id, period_key, clock.now(), form))


@bp.get("/assessments/<int:assessment_id>/scheme.docx")
def scheme(assessment_id: int) -> Response:
    """年度考核实施方案."""
    require(actor(), Act.VIEW_SCORE)
    return sent(assessment_papers.scheme(assessment_id, clock.now()))


@bp.get("/assessments/<int:assessment_id>/scores.<any(xlsx, docx):form>")
def scores(assessment_id: int, form: str) -> Response:
    """年度考核评分表."""
    require(actor(), Act.VIEW_SCORE)
    return sent(assessment_papers.scores(assessment_id, clock.now(), form))


@bp.get("/assessments/<int:assessment_id>/results.<any(docx, pdf):form>")
def results(assessment_id: int, form: str) -> Response:
    """年度考核结果通报, once the scores are settled."""
    require(actor(), Act.VIEW_SCORE)
    return sent(assessment_papers.results(assessment_id, clock.now(), form))


@bp.get("/appeals/<int:appeal_id>/decision.docx")
def appeal_decision(appeal_id: int) -> Response:
    """考核申诉复核决定, for the unit that appealed and for those who read every score."""
    require(actor(), Act.VIEW_SCORE, actor().owns(assessments.appeal(appeal_id).unit_id))
    return sent(assessment_papers.appeal_decision(appeal_id))


@bp.get("/plans/<int:plan_id>/years/<int:year>/units/<int:unit_id>/self.docx")
def self_assessment(plan_id: int, year: int, unit_id: int) -> Response:
    """年度自评报告 of a unit."""
    require(actor(), Act.VIEW_SCORE, actor().owns(unit_id))
    return sent(assessment_papers.self_assessment(plan_id, year, unit_id, clock.now()))

"""责任体系体检: what the plan's division of work leaves open, each with its place and its mend; 任务分工核对表 to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import checkup as rows
from app.services import force, papers
from app.web.auth import actor
from app.web.download import workbook
from app.web.plans import bp
from workflows.calendar import local_date
from workflows.checkup import SEVERITY_LABELS, Finding, Mend, Severity
from workflows.policy import Act, allows, require

_TONES = {Severity.BLOCK: "r", Severity.REMIND: "y", Severity.HINT: "b"}


@bp.get("/plans/<int:plan_id>/checkup")
def checkup(plan_id: int) -> str:
    require(actor(), Act.VIEW_PLANS)
    found = rows.checkup(plan_id, local_date(clock.now()))
    return render_template(
        "plans/checkup.html",
        found=found,
        plan=found.plan,
        tasks={task.id: task for task in found.tasks},
        mending=found.is_draft and allows(actor(), Act.EDIT_PLAN),
        mends={finding: _mends(found, finding) for finding in found.findings},
        tones=_TONES,
        severities=SEVERITY_LABELS,
    )


Link = tuple[str, str]
"""An address and its words."""


def _mends(found: rows.Checkup, finding: Finding) -> list[Link]:
    """The links that lead to where the finding is put right."""
    plan_id = found.plan.id
    if finding.mend is not Mend.TASK:
        return list(_elsewhere(plan_id, finding))
    numbers = {task.id: task.number for task in found.tasks}
    words = "改第{}项" if len(finding.task_ids) > 1 else "修改任务"
    return [
        (url_for("plans.task", plan_id=plan_id, task_id=task_id), words.format(numbers[task_id]))
        for task_id in finding.task_ids
    ]


def _elsewhere(plan_id: int, finding: Finding) -> Iterator[Link]:
    """The link of a mend that is no change of a task; 加入专班 is pressed in place and has none."""
    if finding.mend is Mend.GROUP and finding.group_id:
        yield url_for("admin.group", group_id=finding.group_id), "确定成员"
    elif finding.mend is Mend.FILES_THROUGH and finding.unit_id:
        yield url_for("admin.unit", unit_id=finding.unit_id), "设归口填报单位"
    elif finding.mend in _ON_THE_DESK:
        anchor, words = _ON_THE_DESK[finding.mend]
        place = anchor.format(*finding.task_ids) if anchor else None
        yield url_for("plans.review", plan_id=plan_id, _anchor=place), words


_ON_THE_DESK: Mapping[Mend, Link] = {
    Mend.ACCEPT: ("t-{}", "去确认"),
    Mend.BIND: ("obstacles", "去对应单位"),
    Mend.DESK: ("", "去核对页调整分工"),
}
"""Mends of the review desk: where on it, and the words."""


@bp.get("/plans/<int:plan_id>/checkup.xlsx")
def checklist(plan_id: int) -> Response:
    """任务分工核对表."""
    require(actor(), Act.VIEW_PLANS)
    name, content = papers.checklist(plan_id, clock.now())
    return workbook(content, name)


@bp.post("/plans/<int:plan_id>/force")
def join_force(plan_id: int) -> Response:
    """Enter a unit that owes work into the task force (专班)."""
    require(actor(), Act.EDIT_PLAN)
    printed = request.form.get("printed", "").strip()
    force.join(actor(), plan_id, printed, clock.now())
    flash(f"“{printed}”已加入专班成员单位。")
    return redirect(url_for("plans.checkup", plan_id=plan_id), 303)

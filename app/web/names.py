"""Printed names on the review desk: bound to a unit that exists, entered as a new one, given somebody who files."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, request

from app import clock
from app.queries import plans as plan_rows
from app.queries import units as unit_rows
from app.services import plans, units
from app.services.units import UnitFacts
from app.web.auth import actor
from app.web.forms import offered
from app.web.forms import plans as forms
from app.web.plans import Page, bp, desk_again, to_desk
from workflows.errors import Refused
from workflows.policy import Act, require


@bp.post("/plans/<int:plan_id>/bind")
def bind(plan_id: int) -> Page:
    """Bind a printed name to a unit or a group that exists."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.Bind()
    bound = _bound(form.bound.data or "")
    if not form.validate_on_submit() or bound is None:
        return desk_again(plan_id, "请先在下拉框里选一个单位或集体，再点“对应”。")
    plans.bind(actor(), plan_id, form.printed.data or "", bound, clock.now())
    flash(f"“{form.printed.data}”已对应，以后会自动认出。")
    return to_desk(plan_id, _next_obstacle(plan_id))


def _bound(chosen: str) -> unit_rows.Bound | None:
    """What `unit:3` or `group:1` names, when there is such a unit or group."""
    if chosen in {f"unit:{unit_id}" for unit_id, _ in unit_rows.choices()}:
        return unit_rows.Bound(unit_id=int(chosen.removeprefix("unit:")))
    if chosen in {f"group:{group.id}" for group in unit_rows.groups()}:
        return unit_rows.Bound(group_id=int(chosen.removeprefix("group:")))
    return None


@bp.post("/plans/<int:plan_id>/names")
def add_name(plan_id: int) -> Page:
    """Enter a printed name as a new unit, or as the name of all units of a kind, and bind it."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.NewName()
    if not form.validate_on_submit():
        return desk_again(plan_id, "请选择类别后再添加。")
    printed, now = form.printed.data or "", clock.now()
    try:
        if form.many.data:
            group_id = units.add_group(actor(), printed, form.unit_kind, (), now)
            bound = unit_rows.Bound(group_id=group_id)
        else:
            unit_id = units.add(actor(), UnitFacts(printed, form.unit_kind), now)
            bound = unit_rows.Bound(unit_id=unit_id)
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        return desk_again(plan_id, str(refusal))
    plans.bind(actor(), plan_id, printed, bound, now)
    words = "已作为集体名称添加" if form.many.data else "已添加为新单位，请到“单位”“人员”页补上联络员"
    flash(f"“{printed}”{words}。")
    return to_desk(plan_id, _next_obstacle(plan_id))


@bp.post("/plans/<int:plan_id>/units/<int:unit_id>/files-through")
def files_through(plan_id: int, unit_id: int) -> Page:
    """Say in place who files for a unit that does not sign in (县政府)."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.FilesThrough()
    offices = {unit.id: unit.name for unit in plan_rows.offices()}
    form.through.choices = offered(offices.items())
    if not form.validate_on_submit():
        return desk_again(plan_id, "请先选择由哪个单位归口填报。")
    unit = unit_rows.one(unit_id)
    facts = replace(units.facts_of(unit), files_through_id=form.through.data)
    units.edit(actor(), unit_id, facts, seen_version=unit.version, now=clock.now())
    flash(f"{unit.name}的任务由{offices[form.through.data]}归口填报。")
    return to_desk(plan_id, _next_obstacle(plan_id))


def _next_obstacle(plan_id: int) -> str:
    """The anchor of the name that has moved into the place of the one just mended."""
    left = len(plan_rows.review(plan_id).problems)
    place = min(request.form.get("place", 1, type=int), left)
    return f"o-{place}" if place > 0 else "obstacles"

"""提醒设置: one's own hour, fewer letters, and who stands in while one is away (AB角); the office sets it for anybody."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import deputies as rows
from app.queries import people as people_rows
from app.services import deputies
from app.web.auth import actor
from app.web.forms import deputies as forms
from app.web.forms import offered
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("deputies", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/me")
def mine() -> Page:
    return _page(actor().person_id)


@bp.get("/people/<int:person_id>/reminders")
def of(person_id: int) -> Page:
    return _page(person_id)


def _page(
    person_id: int,
    *,
    reminders: forms.Reminders | None = None,
    absence: forms.Absence | None = None,
    trouble: str = "",
    status: int = 200,
) -> Page:
    require(actor(), Act.SET_DEPUTY, deputies.relation_to(actor(), person_id))
    person, today = people_rows.one(person_id), local_date(clock.now())
    known = {"hour": person.digest_hour or forms.HOUSE, "fewer": person.fewer}
    reminders = reminders or forms.Reminders(formdata=None, data=known)
    reminders.offer(current_app.config["DIGEST_HOUR"])
    page = render_template(
        "deputies/page.html",
        person=person,
        own=person_id == actor().person_id,
        reminders=reminders,
        absence=absence or _offered(forms.Absence(formdata=None), person_id),
        arranged=rows.of(person_id, today),
        trouble=trouble,
    )
    return page, status


def _offered(form: forms.Absence, person_id: int) -> forms.Absence:
    form.deputy.choices = offered(rows.candidates(people_rows.one(person_id)))
    return form


def _back(person_id: int) -> Response:
    own = person_id == actor().person_id
    target = url_for("deputies.mine") if own else url_for("deputies.of", person_id=person_id)
    return redirect(target, 303)


@bp.post("/people/<int:person_id>/reminders")
def prefer(person_id: int) -> Page:
    form = forms.Reminders()
    form.offer(current_app.config["DIGEST_HOUR"])
    if not form.validate_on_submit():
        return _page(person_id, reminders=form, trouble="请选一个时刻。", status=400)
    deputies.prefer(actor(), person_id, hour=form.chosen_hour, fewer=bool(form.fewer.data), now=clock.now())
    flash("提醒设置已保存。")
    return _back(person_id)


@bp.post("/people/<int:person_id>/deputies")
def appoint(person_id: int) -> Page:
    require(actor(), Act.SET_DEPUTY, deputies.relation_to(actor(), person_id))
    form = _offered(forms.Absence(), person_id)
    if not form.validate_on_submit():
        return _page(person_id, absence=form, trouble="没有保存，请改正下面红字提示的内容。", status=400)
    assert form.from_on.data
    assert form.until_on.data
    try:
        deputies.appoint(
            actor(),
            person_id,
            form.deputy.data,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            reason=form.reason.data or "",
            now=clock.now(),
        )
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        return _page(person_id, absence=form, trouble=str(refusal), status=400)
    flash("代理已设好。这段日子的提醒改发代理人，代理人也能替他办理。")
    return _back(person_id)


@bp.post("/deputies/<int:deputy_id>/end")
def end(deputy_id: int) -> Response:
    person_id = deputies.end(actor(), deputy_id, clock.now())
    flash("代理已结束，提醒从现在起发给本人。")
    return _back(person_id)

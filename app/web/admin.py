"""Units, collective names and people: who takes part, and whom letters reach."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.channels import switched_on
from app.queries import deputies, handovers
from app.queries import people as people_rows
from app.queries import plans as plan_rows
from app.queries import units as unit_rows
from app.queries.contacts import points_of
from app.services import people, units
from app.services.people import NewPerson
from app.services.units import UnitFacts
from app.web.auth import actor
from app.web.forms import Form, offered
from app.web.forms import admin as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.policy import Act, Role, require
from workflows.unitlist import join_names, split_names
from workflows.units import UnitKind

bp = Blueprint("admin", __name__)
Page = str | tuple[str, int] | Response


def _sentence(refusal: Refused) -> str:
    """The words for a refusal the form can be shown with again; raises the others."""
    if refusal.code not in {"stale", "invalid"}:
        raise refusal
    return str(refusal)


def _status(form: Form, trouble: str, *, stale: bool = False) -> int:
    return 409 if stale else 400 if trouble or form.errors else 200


# ------------------------------------------------------------------------------------------- units


@bp.get("/units", endpoint="units")
def unit_list() -> str:
    require(actor(), Act.VIEW_UNITS)
    return render_template("admin/units.html", rows=unit_rows.everything(), groups=unit_rows.groups())


@bp.route("/units/new", methods=["GET", "POST"])
def new_unit() -> Page:
    require(actor(), Act.EDIT_UNITS)
    form, trouble = _offered(forms.UnitForm()), ""
    if form.validate_on_submit():
        try:
            units.add(actor(), _facts(form, 0), clock.now())
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash(f"已添加{form.name.data}。请到“人员”页为它添加联络员。")
            return redirect(url_for("admin.units"), 303)
    page = render_template("admin/unit.html", form=form, unit=None, posts=(), trouble=trouble)
    return page, _status(form, trouble)


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
def unit(unit_id: int) -> Page:
    require(actor(), Act.EDIT_UNITS)
    found = unit_rows.one(unit_id)
    known = {
        "name": found.name,
        "full_name": found.full_name,
        "kind": found.kind.value,
        "aliases": join_names([alias.alias for alias in found.aliases]),
        "through": found.files_through_id or 0,
        "answerable": found.answerable_id or 0,
        "active": found.active,
    }
    form, trouble, stale = _offered(forms.UnitForm(data=known)), "", False
    if form.validate_on_submit():
        seen = request.form.get("seen_version", -1, type=int)
        try:
            facts = replace(_facts(form, found.position), parent_id=found.parent_id)
            units.edit(actor(), unit_id, facts, seen_version=seen, now=clock.now())
        except Refused as refusal:
            trouble, stale = _sentence(refusal), refusal.code == "stale"
        else:
            flash(f"{form.name.data}已保存。")
            return redirect(url_for("admin.units"), 303)
    found, posts = unit_rows.one(unit_id), unit_rows.posts_of(unit_id)
    page = render_template("admin/unit.html", form=form, unit=found, posts=posts, trouble=trouble)
    return page, _status(form, trouble, stale=stale)


def _offered(form: forms.UnitForm) -> forms.UnitForm:
    """The form with the county's units and leaders to choose from."""
    offices = ((unit.id, unit.name) for unit in plan_rows.offices())
    leaders = ((person.id, person.name) for person in people_rows.leaders())
    form.through.choices = offered([forms.NOBODY, *offices])
    form.answerable.choices = offered([forms.NOBODY, *leaders])
    return form


def _facts(form: forms.UnitForm, position: int) -> UnitFacts:
    return UnitFacts(
        (form.name.data or "").strip(),
        UnitKind(form.kind.data),
        (form.full_name.data or "").strip(),
        split_names(form.aliases.data or ""),
        form.through.data or None,
        form.answerable.data or None,
        position,
        bool(form.active.data),
    )


# ------------------------------------------------------------------------------------------- groups


@bp.route("/groups/new", methods=["GET", "POST"])
def new_group() -> Page:
    require(actor(), Act.EDIT_UNITS)
    form, trouble = forms.GroupForm(), ""
    form.members.choices = offered(unit_rows.choices())
    if form.validate_on_submit():
        try:
            name = (form.name.data or "").strip()
            units.add_group(actor(), name, form.unit_kind, tuple(form.members.data or ()), clock.now())
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash(f"已添加集体名称“{name}”。")
            return redirect(url_for("admin.units", _anchor="groups"), 303)
    page = render_template("admin/group.html", form=form, group=None, trouble=trouble)
    return page, _status(form, trouble)


@bp.route("/groups/<int:group_id>", methods=["GET", "POST"])
def group(group_id: int) -> Page:
    """Whom a collective name stands for; its name stays, for documents print it."""
    require(actor(), Act.EDIT_UNITS)
    found = unit_rows.group(group_id)
    listed = [member.unit_id for member in found.listed]
    known = {"name": found.name, "kind": found.kind.value if found.kind else "", "members": listed}
    form, trouble = forms.GroupForm(data=known), ""
    form.members.choices = offered(unit_rows.choices())
    if form.validate_on_submit():
        try:
            members = tuple(form.members.data or ())
            units.edit_group(actor(), group_id, form.unit_kind, members, clock.now())
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash(f"“{found.name}”已保存；已下达的计划仍按下达时的成员。")
            return redirect(url_for("admin.units", _anchor="groups"), 303)
    page = render_template("admin/group.html", form=form, group=found, trouble=trouble)
    return page, _status(form, trouble)


# ------------------------------------------------------------------------------------------- people


@bp.get("/people", endpoint="people")
def staff() -> str:
    require(actor(), Act.EDIT_PEOPLE)
    everybody = people_rows.staff()
    editable = {p.id for p in everybody if people.may_edit(actor(), [held.role for held in p.roles])}
    return render_template(
        "admin/people.html",
        people=everybody,
        editable=editable,
        away=deputies.away_on(local_date(clock.now())),
        leavers=handovers.count(),
    )


@bp.route("/people/new", methods=["GET", "POST"])
def new_person() -> Page:
    """Enter a person; the first password is shown once, on the next page."""
    require(actor(), Act.EDIT_PEOPLE)
    form, trouble = forms.with_channels(forms.NewPersonForm, _channels())(), ""
    form.roles.choices = offered(_roles())
    _add_row(form, [])
    if form.validate_on_submit():
        try:
            return _added(form)
        except Refused as refusal:
            trouble = _sentence(refusal)
    page = render_template("admin/person.html", form=form, person=None, trouble=trouble)
    return page, _status(form, trouble)


def _roles() -> list[tuple[str, str]]:
    """The roles the viewer may give: the office enters departments' people only."""
    everything = Role.ADMIN in actor().roles
    return [(value, words) for value, words in forms.ROLES if everything or value == Role.DEPARTMENT]


def _added(form: forms.NewPersonForm) -> Response:
    username = (form.username.data or "").strip()
    password = people.first_password() if username else ""
    new = NewPerson(
        (form.name.data or "").strip(),
        (form.email.data or "").strip(),
        username,
        password,
        form.held,
        form.held_roles,
        points=form.points,
    )
    people.add(actor(), new, clock.now())
    if username:
        flash(_password_words(new.name, password))
    else:
        flash(f"已添加{new.name}，只收信、不登录。")
    return redirect(url_for("admin.people"), 303)


def _password_words(name: str, password: str) -> str:
    return f"{name}的初始密码是 {password} ，只显示这一次。请当面告知；首次登录要改密码。"


@bp.route("/people/<int:person_id>", methods=["GET", "POST"])
def person(person_id: int) -> Page:
    require(actor(), Act.EDIT_PEOPLE)
    found = people_rows.one(person_id)
    if not people.may_edit(actor(), [held.role for held in found.roles]):
        raise Refused("forbidden", "督查室只能修改责任单位人员；其他角色请系统管理员办理。")
    known = {"email": found.email or "", "active": found.active}
    known |= {f"{forms.POINT}{name}": point.address for name, point in points_of(person_id).items()}
    form, trouble = forms.with_channels(forms.PersonForm, _channels())(data=known), ""
    _add_row(form, [{"unit": held.unit_id, "post": held.post.value} for held in found.posts])
    leaves = found.active and not form.active.data and bool(found.posts)
    if form.validate_on_submit():
        try:
            email = (form.email.data or "").strip()
            people.edit(
                actor(),
                person_id,
                email=email,
                posts=form.held,
                active=bool(form.active.data),
                points=form.points,
                now=clock.now(),
            )
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash(f"{found.name}已保存。")
            return redirect(url_for("handovers.index" if leaves else "admin.people"), 303)
    page = render_template("admin/person.html", form=form, person=found, trouble=trouble)
    return page, _status(form, trouble)


def _channels() -> dict[str, str]:
    return {name: channel.label for name, channel in switched_on().items()}


def _add_row(form: forms.PersonForm, held: list[dict[str, object]]) -> None:
    """Show the posts held and one empty row; what was posted stays as posted."""
    if not form.is_submitted():
        for post in held:
            form.posts.append_entry(post)
        form.posts.append_entry()
    form.offer(unit_rows.choices())


@bp.post("/people/<int:person_id>/password")
def reset_password(person_id: int) -> Response:
    """A new first password, shown once."""
    require(actor(), Act.EDIT_PEOPLE)
    found = people_rows.one(person_id)
    password = people.first_password()
    people.reset_password(actor(), person_id, password, clock.now())
    flash(_password_words(found.name, password))
    return redirect(url_for("admin.people"), 303)

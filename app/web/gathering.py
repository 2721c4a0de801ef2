"""牵头汇总: one task and period with all its units, what the lead makes of their parts, and 催报 in one click."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import gathering as rows
from app.queries.gathering import GatherPage
from app.services import gathering, nudges
from app.services.gathering import UNWRITTEN
from app.services.nudges import Nudges
from app.web.auth import actor
from app.web.forms.gathering import GatherForm, NudgeForm
from workflows.errors import Refused
from workflows.policy import Act, Relation, allows, require

bp = Blueprint("gathering", __name__)
Page = str | tuple[str, int] | Response
SHOWN_AGAIN = {"stale": 409, "invalid": 400, "illegal-step": 409}


@bp.get("/gatherings/<int:duty_id>")
def show(duty_id: int) -> Page:
    """For the lead, and for those who supervise."""
    page = _page(duty_id)
    form = GatherForm()
    form.show(page.words)
    return _shown(page, form)


@bp.post("/gatherings/<int:duty_id>")
def save(duty_id: int) -> Page:
    """保存草稿, 汇总报送, or 重新带入: the fields filled anew from the parts, nothing saved yet."""
    page = _page(duty_id)
    require(actor(), Act.FILE_REPORT, _relation(page))
    form = GatherForm()
    if not form.validate_on_submit():
        return _shown(page, form, "有的内容还不能保存，请按标出的提示修改。", 400)
    if request.form.get("act") == "refill":
        form.show(page.prefilled)
        return _shown(page, form, refilled=True)
    try:
        _keep(duty_id, form)
    except Refused as refusal:
        if refusal.code not in SHOWN_AGAIN:
            raise
        return _shown(_page(duty_id), form, str(refusal), SHOWN_AGAIN[refusal.code])
    return redirect(url_for("gathering.show", duty_id=duty_id), 303)


def _keep(duty_id: int, form: GatherForm) -> None:
    seen = form.seen_version.seen
    if request.form.get("act") != "submit":
        gathering.save(actor(), duty_id, form.gathered, seen_version=seen)
        flash("草稿已保存。")
        return
    lacking = gathering.consolidate(actor(), duty_id, clock.now(), form.gathered, seen_version=seen)
    flash(f"已汇总报送。缺报单位：{'、'.join(lacking)}。" if lacking else "已汇总报送，各单位均已报送。")


@bp.post("/gatherings/<int:duty_id>/nudge")
def nudge(duty_id: int) -> Page:
    """催报 of all whose report is lacking, or of the one whose button was pressed."""
    page = _page(duty_id)
    assert page.duty.task_id is not None
    chosen = NudgeForm().duties.data or None
    try:
        came = nudges.nudge(actor(), page.duty.task_id, page.duty.period_key, clock.now(), chosen)
    except Refused as refusal:
        if refusal.code != "illegal-step":
            raise
        flash(str(refusal), "error")
    else:
        _tell(came)
    return redirect(url_for("gathering.show", duty_id=duty_id, _anchor="members"), 303)


def _tell(came: Nudges) -> None:
    if came.told:
        flash(f"已催报{len(came.told)}个单位：{'、'.join(came.told)}。信件在工作时间立即发出。")
    if came.already:
        flash(f"今天已经催过，不再重复：{'、'.join(came.already)}。")
    if came.unreached:
        flash(f"没有能收到信的联系人，请电话联系：{'、'.join(came.unreached)}。", "error")


def _page(duty_id: int) -> GatherPage:
    page = rows.gather_page(duty_id, clock.now())
    if not allows(actor(), Act.SUPERVISE):
        require(actor(), Act.FILE_REPORT, _relation(page))
    return page


def _relation(page: GatherPage) -> Relation:
    return actor().owns(page.duty.unit_id)


def _shown(
    page: GatherPage, form: GatherForm, trouble: str = "", status: int = 200, *, refilled: bool = False
) -> Page:
    if status != 400:
        form.seen_version.data = page.saved.version if page.saved else UNWRITTEN
    own = allows(actor(), Act.FILE_REPORT, _relation(page))
    html = render_template(
        "gathering/show.html",
        page=page,
        form=form,
        writable=own and page.open,
        nudging=allows(actor(), Act.NUDGE, _relation(page)),
        trouble=trouble,
        refilled=refilled,
    )
    return html, status

"""通报 in work: begun, edited section by section, units chosen to be named and told, and the steps to print."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import bulletins as rows
from app.services import bulletins, issuing, naming
from app.services.bulletins import Heading
from app.services.issuing import Imprint
from app.web.auth import actor
from app.web.bulletins import MENDABLE, STANDS, Page, bp, listing, seen, shown
from app.web.forms import Form
from app.web.forms import bulletins as forms
from workflows.calendar import MIDNIGHT, closing
from workflows.errors import Refused
from workflows.lifecycle import BulletinKind
from workflows.policy import Act, require


@bp.post("/bulletins")
def begin() -> Page:
    """拟稿: the choice says of which plan, kind and period."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Begin()
    plan_id, _, rest = (form.what.data or "").partition(":")
    kind, _, period_key = rest.partition(":")
    if not form.validate_on_submit() or not plan_id.isdecimal() or kind not in set(BulletinKind):
        return listing("请选择要拟的通报。", 400)
    try:
        bulletin_id = bulletins.draft(actor(), int(plan_id), BulletinKind(kind), period_key, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return listing(str(refusal), MENDABLE[refusal.code])
    flash("已按月报取数并拟好初稿。请核对数字，改好文字，选择要点名的单位。")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)


# --------------------------------------------------------------------------------------------- text


@bp.get("/bulletins/<int:bulletin_id>/edit")
def edit(bulletin_id: int) -> Page:
    """The sections, each its own form; what stands around them beside."""
    return _edit(bulletin_id)


def _edit(bulletin_id: int, refused: str = "", trouble: str = "", status: int = 200) -> Page:
    """The editor; the part `refused` (a section's key, heading or cutoff) keeps what was typed."""
    require(actor(), Act.EDIT_BULLETIN)
    found = rows.one(bulletin_id)
    bulletins.refuse_fixed(found)
    page = render_template(
        "bulletins/edit.html",
        bulletin=found,
        units=rows.units_of(found.plan_id),
        heading=_heading_form(found) if refused != "heading" else forms.Heading(),
        cutoff=forms.Cutoff(),
        section=forms.Section(),
        typed=request.form.get("text", "") if request.method == "POST" else "",
        refused=refused,
        trouble=trouble,
    )
    return page, status


def _heading_form(found: rows.BulletinRow) -> forms.Heading:
    return forms.Heading(
        formdata=None,
        title=found.title,
        issuers="\n".join(found.issuers),
        recipients=found.recipients,
        ranking=found.ranking,
    )


@bp.post("/bulletins/<int:bulletin_id>/sections/<key>")
def save_section(bulletin_id: int, key: str) -> Page:
    """Save one section, or put the generated words back (恢复生成稿)."""
    require(actor(), Act.EDIT_BULLETIN)
    if request.form.get("verdict") == "restore":
        form: forms.Section | forms.Seen = forms.Seen()
    else:
        form = forms.Section()
    if not form.validate_on_submit():
        return _edit(bulletin_id, key, _said(form), 400)
    version, now = form.seen_version.seen, clock.now()
    try:
        if isinstance(form, forms.Section):
            bulletins.edit_section(
                actor(), bulletin_id, key, form.text.data or "", seen_version=version, now=now
            )
        else:
            bulletins.restore_section(actor(), bulletin_id, key, seen_version=version, now=now)
    except Refused as refusal:
        return _again(bulletin_id, key, refusal)
    flash("已保存。" if isinstance(form, forms.Section) else "已恢复为生成稿。")
    return redirect(url_for("bulletins.edit", bulletin_id=bulletin_id, _anchor=f"s-{key}"), 303)


def _again(bulletin_id: int, part: str, refusal: Refused) -> Page:
    """The editor again after a refusal that can be mended there; a printed bulletin has no editor."""
    if refusal.code not in MENDABLE or str(refusal) == bulletins.FIXED:
        raise refusal
    return _edit(bulletin_id, part, str(refusal), MENDABLE[refusal.code])


def _said(form: Form) -> str:
    said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return "".join(said) or STANDS


@bp.post("/bulletins/<int:bulletin_id>/heading")
def arrange(bulletin_id: int) -> Page:
    """发文信息: title, issuers, recipients, ranking."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Heading()
    if not form.validate_on_submit():
        return _edit(bulletin_id, "heading", _said(form), 400)
    issuers = [line.strip() for line in (form.issuers.data or "").splitlines() if line.strip()]
    heading = Heading(
        (form.title.data or "").strip(),
        tuple(issuers),
        tuple(form.recipients.data or ()),
        bool(form.ranking.data),
    )
    try:
        version = form.seen_version.seen
        bulletins.arrange(actor(), bulletin_id, heading, seen_version=version, now=clock.now())
    except Refused as refusal:
        return _again(bulletin_id, "heading", refusal)
    flash("发文信息已保存。")
    return redirect(url_for("bulletins.edit", bulletin_id=bulletin_id), 303)


@bp.post("/bulletins/<int:bulletin_id>/freeze")
def freeze(bulletin_id: int) -> Page:
    """重新取数, as of the end of another day."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Cutoff()
    if not form.validate_on_submit():
        return _edit(bulletin_id, "cutoff", _said(form), 400)
    cutoff = min(closing(form.on.data, MIDNIGHT), clock.now()) if form.on.data else None
    try:
        version = form.seen_version.seen
        bulletins.freeze(actor(), bulletin_id, cutoff, seen_version=version, now=clock.now())
    except Refused as refusal:
        return _again(bulletin_id, "cutoff", refusal)
    flash("已重新取数，生成稿按新数字重拟。手工改过的部分没有动，请核对其中的数字。")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)


# ------------------------------------------------------------------------------------ names and steps


@bp.post("/bulletins/<int:bulletin_id>/namings")
def choose(bulletin_id: int) -> Page:
    """Choose who is to be named; with 告知单位, tell them at once."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Namings()
    telling = request.form.get("verdict") == "tell"

    def act(version: int) -> str:
        keys: Sequence[str] = form.named.data or ()
        naming.choose(actor(), bulletin_id, keys, seen_version=version, now=clock.now())
        if not telling:
            return "拟点名的单位已保存，“滞后事项及原因”按名单重拟。"
        told = naming.tell(actor(), bulletin_id, clock.now())
        days = naming.WORKDAYS_TO_EXPLAIN
        return f"已告知{told}项的单位，{days}个工作日内可以说明；说明会印在通报上。"

    return _pressed(bulletin_id, form, act, "namings")


@bp.post("/bulletins/<int:bulletin_id>/namings/<int:naming_id>/drop")
def drop(bulletin_id: int, naming_id: int) -> Page:
    """不再点名, with the reason."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Drop()

    def act(version: int) -> str:
        naming.drop(actor(), naming_id, form.words.data or "", seen_version=version, now=clock.now())
        return "不再点名，理由已记入台账。"

    return _pressed(bulletin_id, form, act, "namings")


@bp.post("/bulletins/<int:bulletin_id>/submit")
def submit(bulletin_id: int) -> Page:
    """送审."""
    require(actor(), Act.EDIT_BULLETIN)
    return _pressed(
        bulletin_id,
        forms.Seen(),
        lambda version: _done(issuing.submit, bulletin_id, version, "已送审。"),
    )


@bp.post("/bulletins/<int:bulletin_id>/pass")
def pass_(bulletin_id: int) -> Page:
    """审核通过."""
    require(actor(), Act.EDIT_BULLETIN)
    return _pressed(
        bulletin_id,
        forms.Seen(),
        lambda version: _done(issuing.pass_, bulletin_id, version, "审核通过，等待签发。"),
    )


def _done(step: Callable[..., None], bulletin_id: int, version: int, words: str) -> str:
    step(actor(), bulletin_id, seen_version=version, now=clock.now())
    return words


@bp.post("/bulletins/<int:bulletin_id>/sign")
def sign(bulletin_id: int) -> Page:
    """签发."""
    require(actor(), Act.SIGN_BULLETIN)
    form = forms.Sign()

    def act(version: int) -> str:
        issuing.sign(actor(), bulletin_id, form.approval.data or "", seen_version=version, now=clock.now())
        return "已签发，可以编号印发。"

    return _pressed(bulletin_id, form, act)


@bp.post("/bulletins/<int:bulletin_id>/send-back")
def send_back(bulletin_id: int) -> Page:
    """退回修改."""
    require(actor(), Act.SIGN_BULLETIN)
    form = forms.Back()

    def act(version: int) -> str:
        issuing.send_back(actor(), bulletin_id, form.words.data or "", seen_version=version, now=clock.now())
        return "已退回修改。"

    return _pressed(bulletin_id, form, act)


@bp.post("/bulletins/<int:bulletin_id>/publish")
def publish(bulletin_id: int) -> Page:
    """印发: it is printed and sent, and never changes again."""
    require(actor(), Act.EDIT_BULLETIN)
    form = forms.Publish()

    def act(version: int) -> str:
        imprint = Imprint((form.number.data or "").strip(), form.issue.data)
        people = issuing.publish(actor(), bulletin_id, imprint, seen_version=version, now=clock.now())
        return f"已印发，通知{people}人阅知。谁收到了，在“送达情况”里看。"

    return _pressed(bulletin_id, form, act)


@bp.post("/bulletins/<int:bulletin_id>/correct")
def correct(bulletin_id: int) -> Response:
    """更正: a new bulletin, begun with the words and figures of the printed one."""
    require(actor(), Act.EDIT_BULLETIN)
    new_id = issuing.correct(actor(), bulletin_id, clock.now())
    flash("已新建更正稿。改好后照样送审、签发、印发；原通报不变。")
    return redirect(url_for("bulletins.edit", bulletin_id=new_id), 303)


def _pressed(
    bulletin_id: int, form: forms.Seen, act: Callable[[int], str], anchor: str | None = None
) -> Page:
    """Do what a form of the page asks for; refused, the page comes again with the sentence and what was typed."""
    found = seen(bulletin_id)
    bulletins.refuse_fixed(found)
    if not form.validate_on_submit():
        return shown(found, _said(form), 400)
    try:
        flash(act(form.seen_version.seen))
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return shown(rows.one(bulletin_id), str(refusal), MENDABLE[refusal.code])
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id, _anchor=anchor), 303)

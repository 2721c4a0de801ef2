"""通报: the list, one bulletin with the rows behind its figures, its papers, its receipts, and a unit's explanation."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.documents.bulletins import KINDS, formal
from app.documents.official import official, official_pdf
from app.queries import bulletins as rows
from app.queries import figures as behind
from app.queries import templates
from app.services import naming
from app.web.auth import actor
from app.web.download import printed, word
from app.web.forms import bulletins as forms
from workflows.bulletins import BulletinPaper, Figures, candidates
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import BULLETIN_KIND_LABELS, BulletinState
from workflows.policy import Act, Relation, allows, require

bp = Blueprint("bulletins", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "illegal-step": 409, "stale": 409}
"""The refusals after which the page is shown again with what was typed."""
STANDS = "您看到的内容有变化，请核对后再点一次。"


@bp.get("/bulletins")
def index() -> Page:
    """The bulletins: all for the office and county leaders, the printed ones of their plans for units."""
    return listing()


def listing(trouble: str = "", status: int = 200) -> Page:
    """The list, after a refusal with its sentence."""
    require(actor(), Act.VIEW_BULLETIN, Relation.PARTY)
    reads_all = allows(actor(), Act.SIGN_BULLETIN)
    begins = allows(actor(), Act.EDIT_BULLETIN)
    page = render_template(
        "bulletins/index.html",
        bulletins=rows.listed(None if reads_all else actor().unit_ids),
        explaining=rows.explaining(actor().unit_ids),
        beginnable=rows.beginnable(local_date(clock.now())) if begins else (),
        kinds=BULLETIN_KIND_LABELS,
        trouble=trouble,
    )
    return page, status


def seen(bulletin_id: int) -> rows.BulletinRow:
    """The bulletin, for whoever may read it as it stands now; raises Refused missing, forbidden."""
    found = rows.one(bulletin_id)
    relation = rows.relation_to(actor(), found)
    drafts = allows(actor(), Act.SIGN_BULLETIN)
    if found.state is not BulletinState.PUBLISHED and not drafts:
        relation = Relation.STRANGER
    require(actor(), Act.VIEW_BULLETIN, relation)
    return found


@bp.get("/bulletins/<int:bulletin_id>")
def show(bulletin_id: int) -> Page:
    """One bulletin: in work for the office and leaders, as it was printed for everybody it concerns.

    Until then a unit that is to be named finds there what it has to explain.
    """
    found = rows.one(bulletin_id)
    drafts = allows(actor(), Act.SIGN_BULLETIN)
    named = rows.relation_to(actor(), found) is Relation.OWNER
    if found.state is not BulletinState.PUBLISHED and named and not drafts:
        return _explain(bulletin_id)
    return shown(seen(bulletin_id))


def shown(found: rows.BulletinRow, trouble: str = "", status: int = 200) -> Page:
    """The page of one bulletin; forms that were just refused keep what was typed."""
    figures = Figures.from_json(found.figures)
    office = allows(actor(), Act.SIGN_BULLETIN)
    number, issue = rows.next_number(found, local_date(clock.now()).year)
    publish = forms.Publish()
    if not publish.is_submitted():
        publish.number.data, publish.issue.data = number, issue
    page = render_template(
        "bulletins/show.html",
        bulletin=found,
        kinds=BULLETIN_KIND_LABELS,
        paper=rows.paper(found),
        figures=figures,
        candidates=candidates(figures, found.kind) if office else (),
        namings=found.namings if office else (),
        receipts=rows.receipts(found) if office and found.state is BulletinState.PUBLISHED else (),
        correction=rows.correction_of(found.id),
        sign=forms.Sign(),
        back=forms.Back(),
        publish=publish,
        office=office,
        trouble=trouble,
    )
    return page, status


@bp.get("/bulletins/<int:bulletin_id>/rows/<figure>")
def behind_figure(bulletin_id: int, figure: str) -> str:
    """The rows behind one figure, as they stood at the cut-off."""
    found = seen(bulletin_id)
    figures = Figures.from_json(found.figures)
    whose = None if allows(actor(), Act.SUPERVISE) else actor().unit_ids
    if figure not in figures or not behind.may_open(figure, whose):
        raise Refused("missing", "这期通报没有这个数字。请回到通报页面，从数字点进来。")
    return render_template(
        "bulletins/rows.html",
        bulletin=found,
        figure=figures[figure],
        figures=figures,
        behind=behind.behind(figures, figure, whose),
    )


@bp.get("/bulletins/<int:bulletin_id>/receipts")
def receipts(bulletin_id: int) -> str:
    """Which recipient units have said 已收到, and which have not."""
    require(actor(), Act.SIGN_BULLETIN)
    found = seen(bulletin_id)
    return render_template("bulletins/receipts.html", bulletin=found, receipts=rows.receipts(found))


@bp.get("/bulletins/<int:bulletin_id>.docx")
def as_word(bulletin_id: int) -> Response:
    """The bulletin as a Word file in the official format, by the county's own template where it has one."""
    found = seen(bulletin_id)
    paper = rows.paper(found)
    content = official(formal(paper, found.kind), templates.own(KINDS[found.kind]))
    return word(content, _filename(paper, "docx"))


@bp.get("/bulletins/<int:bulletin_id>.pdf")
def as_pdf(bulletin_id: int) -> Response:
    """The bulletin as a PDF."""
    found = seen(bulletin_id)
    paper = rows.paper(found)
    return printed(
        official_pdf(formal(paper, found.kind), current_app.config["FONT_DIR"]), _filename(paper, "pdf")
    )


def _filename(paper: BulletinPaper, kind: str) -> str:
    return f"{paper.number}{paper.title}{'' if paper.number else '（送审稿）'}.{kind}"


# -------------------------------------------------------------------------------------- 通报前说明


@bp.get("/bulletins/<int:bulletin_id>/explain")
def explain(bulletin_id: int) -> Page:
    """Where a unit is to be named, why, and what it has to say."""
    return _explain(bulletin_id)


def _explain(bulletin_id: int, refused: int = 0, trouble: str = "", status: int = 200) -> Page:
    """The explanations of the viewer's units; the form of naming `refused` keeps what was typed."""
    found = rows.one(bulletin_id)
    mine = [n for n in found.namings if n.told_at and n.unit_id in actor().unit_ids]
    require(actor(), Act.EXPLAIN, Relation.OWNER if mine else Relation.STRANGER)
    page = render_template(
        "bulletins/explain.html",
        bulletin=found,
        figures=Figures.from_json(found.figures),
        namings=mine,
        form=forms.Explain(),
        refused=refused,
        trouble=trouble,
        longest=naming.LONGEST_EXPLANATION,
    )
    return page, status


@bp.post("/bulletins/<int:bulletin_id>/explain/<int:naming_id>")
def explained(bulletin_id: int, naming_id: int) -> Page:
    """报送说明, in the unit's name."""
    found = next((n for n in rows.one(bulletin_id).namings if n.id == naming_id), None)
    require(actor(), Act.EXPLAIN, actor().owns(found.unit_id if found else None))
    form = forms.Explain()
    if not form.validate_on_submit():
        return _explain(bulletin_id, naming_id, "没有报出，请改正下面红字提示的内容。", 400)
    words = form.words.data or ""
    try:
        naming.explain(actor(), naming_id, words, seen_version=form.seen_version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _explain(bulletin_id, naming_id, str(refusal), MENDABLE[refusal.code])
    flash("说明已报送，会印在通报上。通报印发以前还可以修改。")
    return redirect(url_for("bulletins.explain", bulletin_id=bulletin_id), 303)

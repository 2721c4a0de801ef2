"""文书模板: the formal documents of the house, the template of each, and a county's own in its place."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.documents.official.fields import NAMES, PARTS
from app.documents.official.kinds import PAPER_LABELS, PaperKind
from app.queries import templates as rows
from app.services import templates
from app.web.auth import actor
from app.web.download import word
from app.web.forms import papers as forms
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("papers", __name__)
Page = str | tuple[str, int] | Response
PAPER = "any({}):kind".format(", ".join(f'"{kind.value}"' for kind in PaperKind))


@bp.get("/papers")
def index() -> str:
    require(actor(), Act.EDIT_TEMPLATES)
    return render_template("papers/index.html", labels=PAPER_LABELS, own=rows.in_use())


@bp.get(f"/papers/<{PAPER}>")
def show(kind: str) -> str:
    """One document: its template, and the fields it may use."""
    require(actor(), Act.EDIT_TEMPLATES)
    return _show(PaperKind(kind), forms.Upload())


def _show(kind: PaperKind, form: forms.Upload, trouble: str = "") -> str:
    return render_template(
        "papers/show.html",
        kind=kind,
        label=PAPER_LABELS[kind],
        own=rows.in_use().get(kind),
        former=[template for template in rows.history() if template.paper == kind and template.retired_at],
        form=form,
        trouble=trouble,
        names=NAMES,
        parts=PARTS,
    )


@bp.post(f"/papers/<{PAPER}>")
def take(kind: str) -> Page:
    """Take in the county's own template, once it has been tried."""
    require(actor(), Act.EDIT_TEMPLATES)
    paper, form = PaperKind(kind), forms.Upload()
    try:
        templates.take(actor(), paper, *_uploaded(form.file.data), clock.now())
    except Refused as refusal:
        if refusal.code not in {"invalid", "unreadable", "too-large"}:
            raise
        return _show(paper, form, str(refusal)), 413 if refusal.code == "too-large" else 400
    flash(f"{PAPER_LABELS[paper]}的模板已采用，试填成功。以后导出的 Word 文件都用它。")
    return redirect(url_for("papers.show", kind=kind), 303)


def _uploaded(file: object) -> tuple[str, bytes]:
    if not isinstance(file, FileStorage) or not file.filename:
        raise Refused("invalid", "请先选择改好的模板文件。")
    with file.stream:
        return file.filename, file.read()


@bp.post(f"/papers/<{PAPER}>/retire")
def retire(kind: str) -> Response:
    """Back to the shipped template."""
    require(actor(), Act.EDIT_TEMPLATES)
    templates.retire(actor(), PaperKind(kind), clock.now())
    flash(f"{PAPER_LABELS[PaperKind(kind)]}已恢复使用系统自带的模板。")
    return redirect(url_for("papers.show", kind=kind), 303)


@bp.get(f"/papers/<{PAPER}>/template.docx")
def template(kind: str) -> Response:
    require(actor(), Act.EDIT_TEMPLATES)
    paper = PaperKind(kind)
    return word(templates.current(paper), f"{PAPER_LABELS[paper]}模板.docx")


@bp.get(f"/papers/<{PAPER}>/sample.docx")
def sample(kind: str) -> Response:
    """The template in use, filled with an example."""
    require(actor(), Act.EDIT_TEMPLATES)
    paper = PaperKind(kind)
    return word(templates.tried(paper), f"{PAPER_LABELS[paper]}样例.docx")

"""佐证: the files of a month's row, taking one along, taking one away; and what other pages need to ask for proof."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.queries import evidence as evidence_rows
from app.services import evidence
from app.services.evidence import Upload
from app.web.auth import actor
from app.web.forms.evidence import ProofForm, RowProofForm
from workflows.commitments import CommitmentKind
from workflows.errors import Refused
from workflows.policy import Act, allows, require

bp = Blueprint("evidence", __name__)

Answer = Response | str | tuple[str, int]

SHOWN_AGAIN = frozenset({"invalid", "unreadable", "too-large", "stale"})
"""Refusals that the form itself can show, with what was typed."""


@bp.get("/evidence/<int:evidence_id>")
def download(evidence_id: int) -> Response:
    """A file to be saved, never shown by the browser."""
    require(actor(), Act.USE_DESK)
    file, place = evidence_rows.readable(evidence_id, None if _sees_all() else actor().unit_ids)
    return send_file(
        place.resolve(), mimetype=file.media_type, as_attachment=True, download_name=file.filename, etag=False
    )


def _sees_all() -> bool:
    return allows(actor(), Act.SUPERVISE)


@bp.route("/reports/rows/<int:duty_id>/evidence", methods=["GET", "POST"])
def row(duty_id: int) -> Answer:
    """The files of one row of the month: what is there, and more of them."""
    duty = evidence_rows.row(duty_id)
    assert duty.task is not None
    if not _sees_all():
        require(actor(), Act.FILE_REPORT, actor().owns(duty.unit_id))
    form = RowProofForm()
    form.offer_about(
        (one.id, one.name or one.text)
        for one in duty.task.commitments
        if one.kind is CommitmentKind.INDICATOR
    )
    offer_earlier(form, [duty.unit_id])
    if not form.is_submitted():
        return _row_page(duty_id, form)
    require(actor(), Act.FILE_REPORT, actor().owns(duty.unit_id))
    if not form.validate_on_submit():
        return _row_page(duty_id, form, "请重新选择要证明的内容。"), 400
    try:
        evidence.refuse_filed(duty)
        files = chosen(form, duty.unit_id)
        if not files:
            raise Refused("invalid", "请先选择要上传的文件，或勾选以前上传的文件。")
        about = form.about.data or None
        evidence.use_in_report(actor(), duty_id, files, now=clock.now(), commitment_id=about)
    except Refused as refusal:
        if refusal.code not in SHOWN_AGAIN:
            raise
        offer_earlier(form, [duty.unit_id])
        return _row_page(duty_id, form, str(refusal)), 413 if refusal.code == "too-large" else 400
    flash("佐证已附上。")
    return redirect(url_for("evidence.row", duty_id=duty_id), 303)


def _row_page(duty_id: int, form: RowProofForm, trouble: str = "") -> str:
    duty = evidence_rows.row(duty_id)
    writable = allows(actor(), Act.FILE_REPORT, actor().owns(duty.unit_id))
    try:
        evidence.refuse_filed(duty)
    except Refused:
        writable = False
    return render_template(
        "reports/evidence.html",
        duty=duty,
        form=form,
        uses=evidence_rows.of_duties([duty_id]).get(duty_id, ()),
        writable=writable,
        trouble=trouble,
        megabytes=current_app.config["EVIDENCE_MAX_MB"],
    )


@bp.post("/evidence/uses/<int:use_id>/removal")
def remove(use_id: int) -> Response:
    """Take a file from where it serves; it stays among the unit's own."""
    use = evidence.remove(actor(), use_id, clock.now())
    flash("佐证已移除，文件仍在本单位以前上传的文件里。")
    if use.duty_id is not None:
        return redirect(url_for("evidence.row", duty_id=use.duty_id), 303)
    return redirect(url_for("tasks.show", task_id=use.task_id), 303)


def offer_earlier(form: ProofForm, unit_ids: Sequence[int]) -> None:
    """Let a form offer what these units uploaded before."""
    form.offer((file.id, file.filename) for file in evidence_rows.earlier(unit_ids))


def chosen(form: ProofForm, unit_id: int) -> tuple[int, ...]:
    """The ids of the files ticked and of those uploaded, which are kept now, each in a transaction of its own.

    What was kept before a later file is refused stays, and stays ticked: nothing has to be chosen again. Raises Refused
    as `evidence.store` does.
    """
    ticked = list(form.earlier.data or [])
    for file in form.files.data or []:
        if isinstance(file, FileStorage) and file.filename:
            upload = Upload(file.filename, file.read(), bool(form.unclassified.data))
            ticked.append(evidence.store(actor(), unit_id, upload, clock.now()))
            form.earlier.data = ticked
    return tuple(dict.fromkeys(ticked))

"""填报提示: what to ask about a row while it is written; for the eyes of whoever writes, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request

from app.queries import evidence
from app.queries.background import Background, backgrounds
from app.web.auth import actor
from app.web.forms.reports import RowForm, row_form
from app.web.monthrows import prefix_of
from app.web.reports import bp
from app.web.security import in_passing
from workflows import hints as rules
from workflows.cadence import Rhythm, rhythm_of
from workflows.hints import Earlier, Figure, Hint, Written
from workflows.policy import Act, require


@bp.post("/reports/hints")
def hints() -> str:
    """The hints on the row that `row` names, as it stands in the form."""
    in_passing()
    duty = evidence.row(request.args.get("row", 0, type=int))
    require(actor(), Act.FILE_REPORT, actor().owns(duty.unit_id))
    background = backgrounds([duty])[duty.id]
    monthly = rhythm_of(duty.period_key) is Rhythm.MONTHLY
    form = row_form(background, request.form, prefix=prefix_of(duty.id), monthly=monthly)
    return render_template("reports/_hint_list.html", hints=hints_of(background, form))


@bp.app_template_global()
def hints_of(background: Background, form: RowForm) -> Sequence[Hint]:
    """The hints on what stands in a row's form."""
    figures = tuple(
        Figure(one.name, one.unit, str(field.data or ""), one.before, one.target)
        for one, field in form.figures
    )
    percent = form.percent.data if form.asks_percent else None
    excused = bool(form.unchanged.data or form.waiting.data)
    written = Written(form.done.data or "", percent, figures, excused)
    before = background.before
    return rules.hints(written, Earlier(before.done, before.percent) if before else None)


@bp.app_template_global()
def hint_fields(form: RowForm) -> str:
    """The names of the fields that hints are made of, for the page to send."""
    fields = (form.done, form.percent, form.unchanged, form.waiting, *(field for _, field in form.figures))
    return ",".join(("csrf_token", *(field.name for field in fields)))

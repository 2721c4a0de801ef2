"""月汇总表: one period of a plan in figures, every figure with its rows."""

from __future__ import annotations

from flask import render_template, request

from app import clock
from app.queries import monthly
from app.web.auth import actor
from app.web.supervision import bp
from workflows.light import Pace
from workflows.monthly import MonthFigure, MonthSummary, PaceFigure
from workflows.policy import Act, require

FIRST_SHOWN = ("missing", "late", "waiting")
"""The figures whose rows are opened unasked, the gravest first."""


@bp.get("/supervision/months/<int:plan_id>/<period_key>")
def summary(plan_id: int, period_key: str) -> str:
    require(actor(), Act.SUPERVISE)
    page = monthly.page(plan_id, period_key, clock.now())
    pace = request.args.get("pace", type=Pace)
    return render_template(
        "supervision/summary.html",
        page=page,
        found=page.summary,
        figure=None if pace else _figure(page.summary, request.args.get("figure", "")),
        pace=_pace(page.summary, pace) if pace else None,
    )


def _figure(found: MonthSummary, key: str) -> MonthFigure:
    """The figure whose rows are shown: the one asked for, else the first grave one that has any."""
    named = [figure for figure in found.reports if figure.key == key]
    grave = [found.figure(key) for key in FIRST_SHOWN if found.figure(key).rows]
    return (named or grave or [found.figure("asked")])[0]


def _pace(found: MonthSummary, pace: Pace) -> PaceFigure:
    return next(figure for figure in found.paces if figure.pace is pace)

"""The frame of every page: bar, rail with counts, the banner when the engine is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_login import current_user

from app import clock
from app.queries import assessments, bulletins, desk, engine, request_pages, rules, slips, supervision, watch
from app.queries.evidence import PLACES
from app.web.auth import actor
from workflows.bulletins import numeral
from workflows.cadence import KIND_LABELS, ROLL_LABELS, duty_words, period_words, report_words, short_period
from workflows.calendar import local_date
from workflows.commitments import COMMITMENT_LABELS, COMPARISON_LABELS, TASK_KIND_LABELS
from workflows.document.model import RECURRENCE_LABELS
from workflows.escalation import AUDIENCE_LABELS, LETTER_LABELS, rung_words
from workflows.lifecycle import (
    BULLETIN,
    CLOSING_GRADE_LABELS,
    DUTY,
    NOTICE_LABELS,
    ON_TIME_LABELS,
    PLAN,
    REPORT,
    REQUEST,
    SLIP,
    TASK,
)
from workflows.lifecycle import CAUSE_LABELS as REPORT_CAUSE_LABELS
from workflows.light import COLOUR_LABELS, PACE_LABELS
from workflows.policy import ROLE_LABELS, Act, Relation, allows
from workflows.requests import CAUSE_LABELS, REQUEST_LABELS, answers
from workflows.units import KIND_LABELS as UNIT_KIND_LABELS
from workflows.units import POST_LABELS, SHARE_LABELS
from workflows.wording import chinese_time, short_date, urgency


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the rail; `hot` colours its count red, for what is late."""

    endpoint: str
    name: str
    count: int = 0
    hot: bool = False


def init_app(app: Flask) -> None:
    app.context_processor(_frame)
    app.template_filter("short_day")(short_date)
    app.template_filter("request_id")(_request_id)
    app.template_filter("moment")(chinese_time)
    app.template_filter("numeral")(numeral)
    app.template_filter("period")(period_words)
    app.template_filter("when")(rung_words)
    app.template_filter("short_period")(short_period)
    app.template_filter("report")(report_words)
    app.template_filter("urgency")(lambda day: urgency(day, local_date(clock.now()), rules.calendar()))
    app.jinja_env.globals.update(
        AUDIENCES=AUDIENCE_LABELS,
        BULLETIN=BULLETIN,
        CLOSING_GRADES=CLOSING_GRADE_LABELS,
        COLOURS=COLOUR_LABELS,
        COMMITMENTS=COMMITMENT_LABELS,
        COMPARISONS=COMPARISON_LABELS,
        DUTY=DUTY,
        DUTY_KINDS=KIND_LABELS,
        EVIDENCE_PLACES=PLACES,
        LETTER_KINDS=LETTER_LABELS,
        NOTICES=NOTICE_LABELS,
        ON_TIME=ON_TIME_LABELS,
        owed_words=duty_words,
        PACES=PACE_LABELS,
        PLAN=PLAN,
        POSTS=POST_LABELS,
        RECURRENCES=RECURRENCE_LABELS,
        REPORT=REPORT,
        REPORT_CAUSES=REPORT_CAUSE_LABELS,
        REQUEST=REQUEST,
        REQUEST_KINDS=REQUEST_LABELS,
        CAUSES=CAUSE_LABELS,
        ROLLS=ROLL_LABELS,
        ROLES=ROLE_LABELS,
        SHARES=SHARE_LABELS,
        SLIP=SLIP,
        TASK=TASK,
        TASK_KINDS=TASK_KIND_LABELS,
        UNIT_KINDS=UNIT_KIND_LABELS,
    )


def _request_id(period_key: str) -> int | None:
    """The request a duty to answer is about."""
    asked = answers(period_key)
    return asked[0] if asked else None


def _frame() -> dict[str, Any]:
    facts: dict[str, Any] = {"county": current_app.config["COUNTY_NAME"], "today": local_date(clock.now())}
    if current_user.is_authenticated:
        facts |= {"places": _places(), "silence": _silence(), "me": current_user.account, "may": _may}
    return facts


def _may(act: str, relation: str = "stranger") -> bool:
    """For templates: may the viewer do that? The service asks again."""
    return allows(actor(), Act(act), Relation(relation))


_MACHINERY = (
    (Act.WATCH_ENGINE, Place("engine.index", "提醒引擎")),
    (Act.EDIT_CALENDAR, Place("calendars.index", "工作日历")),
    (Act.EDIT_RULES, Place("rules.index", "规则")),
    (Act.EDIT_TEMPLATES, Place("papers.index", "文书模板")),
)
_REGISTERS = (
    (Act.VIEW_PLANS, Place("plans.index", "计划")),
    (Act.VIEW_UNITS, Place("admin.units", "单位")),
    (Act.EDIT_PEOPLE, Place("admin.people", "人员")),
)


def _places() -> list[Place | None]:
    """The rail for this viewer; None is a rule between groups."""
    viewer = actor()
    places: list[Place | None] = []
    if viewer.unit_ids:
        owed, late = desk.pending_counts(viewer.unit_ids, clock.now())
        places += [
            Place("desk.index", "我的待办", owed, late > 0),
            Place("tasks.index", "本单位任务"),
            Place("reports.index", "月报"),
            *(() if allows(viewer, Act.SUPERVISE) else (Place("requests.index", "请求"),)),
            *(() if allows(viewer, Act.SUPERVISE) else (Place("bulletins.index", "通报"),)),
            *(() if allows(viewer, Act.SUPERVISE) else (Place("assessments.mine", "我的考核"),)),
            None,
        ]
    if allows(viewer, Act.SUPERVISE):
        places += [Place("supervision.index", "督办台"), Place("supervision.overdue", "逾期事项")]
        if allows(viewer, Act.REVIEW_REPORT):
            places.append(Place("supervision.review", "待审核", supervision.waiting_for_review()))
        if allows(viewer, Act.DECIDE_SLIP):
            places.append(Place("slips.queue", "待签发督办单", slips.count(slips.decidable(viewer))))
        places += [
            Place("requests.index", "请求", request_pages.pending_count()),
            Place("bulletins.index", "通报", bulletins.count()),
            Place("assessments.index", "考核", assessments.pending_appeals()),
            Place("tasks.everything", "台账"),
            Place("supervision.matrix", "月报齐套"),
            Place("supervision.letters", "发信记录"),
        ]
    places += [place for act, place in _MACHINERY if allows(viewer, act)]
    if places and places[-1]:
        places.append(None)
    return places + [place for act, place in _REGISTERS if allows(viewer, act)]


def _silence() -> str:
    """The banner's sentence when the engine is silent; empty when it runs, or for those it does not concern."""
    if not (allows(actor(), Act.SUPERVISE) or allows(actor(), Act.EDIT_PEOPLE)):
        return ""
    beat_at = engine.last_beat()
    silent = timedelta(minutes=current_app.config["ENGINE_SILENT_MINUTES"])
    if beat_at and clock.now() - beat_at <= silent:
        return _storm()
    since = f"自{chinese_time(beat_at)}起" if beat_at else "一直"
    return f"提醒引擎{since}没有运行，提醒邮件暂停发送。请管理员启动引擎；恢复后会自动补上。"


def _storm() -> str:
    """The banner's sentence while a storm of letters waits for a person, for those who may let it go."""
    hold = watch.open_hold() if allows(actor(), Act.RELEASE_LETTERS) else None
    if hold is None:
        return ""
    return f"一次有{hold.letters}封信要发出，超过上限，已暂停。请到“提醒引擎”页核对后放行。"

"""Where a duty stands on its ladder, in words."""

from __future__ import annotations

from app.models import Duty
from app.queries import rules
from workflows.calendar import local_date
from workflows.escalation import AUDIENCE_LABELS
from workflows.requests import addressed
from workflows.wording import chinese_date, short_date


def next_words(duty: Duty) -> str:
    """What the engine will do next about an open duty, and when; empty at the top of the ladder."""
    if duty.hold_reason:
        return duty.hold_reason
    ladder = rules.ladders(duty.policy_version_id)[duty.kind]
    if duty.next_action_at is None or duty.rung >= len(ladder.rungs):
        return ""
    day = local_date(duty.next_action_at)
    said = short_date(day) if day.year == duty.opens_on.year else chinese_date(day)
    audience = "、".join(
        AUDIENCE_LABELS[a] for a in addressed(ladder.rungs[duty.rung], duty.period_key).audience
    )
    return f"{said}未办将提醒{audience}"

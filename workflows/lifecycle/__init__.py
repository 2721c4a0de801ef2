"""The lives of plan, task, duty, report, slip, request, bulletin, assessment, appeal: one transition table each.

逾期, 临期 and the lights are never states: they are derived, so that a late duty that was done keeps its history.
"""

from workflows.lifecycle.answers import REQUEST, SLIP, RequestEvent, RequestState, SlipEvent, SlipState
from workflows.lifecycle.assessments import (
    APPEAL,
    ASSESSMENT,
    ENTRY_KIND_LABELS,
    AppealEvent,
    AppealState,
    AssessmentEvent,
    AssessmentState,
    EntryKind,
    ScoreStage,
)
from workflows.lifecycle.bulletins import (
    BULLETIN,
    BULLETIN_KIND_LABELS,
    BulletinEvent,
    BulletinKind,
    BulletinState,
)
from workflows.lifecycle.duties import DUTY, HOLD_LABELS, DutyEvent, DutyState, Hold
from workflows.lifecycle.mail import LETTER_STATE_LABELS, NOTICE_LABELS, LetterState, NoticeState
from workflows.lifecycle.plans import (
    CLOSING_GRADE_LABELS,
    PLAN,
    TASK,
    CandidateState,
    ClosingGrade,
    PlanEvent,
    PlanState,
    TaskEvent,
    TaskState,
)
from workflows.lifecycle.reports import (
    CAUSE_LABELS,
    MOST_RETURNS,
    ON_TIME_LABELS,
    REPORT,
    RETURN_REASON_LABELS,
    STANDING_REPORTS,
    Cause,
    OnTime,
    ReportEvent,
    ReportState,
    ReturnReason,
)
from workflows.lifecycle.table import Lifecycle

__all__ = [
    "APPEAL",
    "ASSESSMENT",
    "BULLETIN",
    "BULLETIN_KIND_LABELS",
    "CAUSE_LABELS",
    "CLOSING_GRADE_LABELS",
    "DUTY",
    "ENTRY_KIND_LABELS",
    "HOLD_LABELS",
    "LETTER_STATE_LABELS",
    "MOST_RETURNS",
    "NOTICE_LABELS",
    "ON_TIME_LABELS",
    "PLAN",
    "REPORT",
    "REQUEST",
    "RETURN_REASON_LABELS",
    "SLIP",
    "STANDING_REPORTS",
    "TASK",
    "AppealEvent",
    "AppealState",
    "AssessmentEvent",
    "AssessmentState",
    "BulletinEvent",
    "BulletinKind",
    "BulletinState",
    "CandidateState",
    "Cause",
    "ClosingGrade",
    "DutyEvent",
    "DutyState",
    "EntryKind",
    "Hold",
    "LetterState",
    "Lifecycle",
    "NoticeState",
    "OnTime",
    "PlanEvent",
    "PlanState",
    "ReportEvent",
    "ReportState",
    "RequestEvent",
    "RequestState",
    "ReturnReason",
    "ScoreStage",
    "SlipEvent",
    "SlipState",
    "TaskEvent",
    "TaskState",
]

"""Tables. Rows hold facts; rules live in workflows.

- `identity`  units, their names and groups; people, their posts and roles
- `rules`     versioned policies and the calendar: what a county may change
- `plan`      source documents, plans, tasks and their commitments, who is named, who takes part
- `review`    what the review of a draft leaves: candidates, the task force, steps to undo, former documents
- `duty`      the spine: everything with a deadline, and the month's reports
- `reporting` what comes of the reports: what leads gathered, whom they nudged, every word said
- `evidence`  files that prove what was said; templates of documents
- `bulletins`, `assessments`  what the office makes of the reports
- `requests`  what units ask for when they cannot do as they were told
- `notices`   the outbox: notices owed, slips drafted, letters that carry them
- `ledger`    the append-only record, the engine's heartbeat and its gaps
"""

from app.models.assessments import Appeal, Assessment, AssessmentEntry, AssessmentScore
from app.models.bulletins import Bulletin, BulletinNaming, BulletinSection
from app.models.duty import Correction, Duty, Measure, Report
from app.models.evidence import Evidence, EvidencePlace, EvidenceUse, PaperTemplate
from app.models.identity import (
    ContactPoint,
    Deputy,
    Group,
    GroupMember,
    Handover,
    Person,
    PostHeld,
    RoleHeld,
    Unit,
    UnitAlias,
)
from app.models.ledger import EngineGap, Heartbeat, LedgerEntry, LedgerHead, Trace
from app.models.notices import Letter, MailHold, Notice, Slip
from app.models.plan import Assignment, Commitment, Mention, Plan, SourceDocument, Task
from app.models.reporting import Consolidation, Nudge, Progress
from app.models.requests import Request
from app.models.review import Candidate, ForceMember, FormerSource, Revision
from app.models.rules import CalendarDay, CalendarYear, OwnDay, PolicyDraft, PolicyVersion, WorkCalendar

__all__ = [
    "Appeal",
    "Assessment",
    "AssessmentEntry",
    "AssessmentScore",
    "Assignment",
    "Bulletin",
    "BulletinNaming",
    "BulletinSection",
    "CalendarDay",
    "CalendarYear",
    "Candidate",
    "Commitment",
    "Consolidation",
    "ContactPoint",
    "Correction",
    "Deputy",
    "Duty",
    "EngineGap",
    "Evidence",
    "EvidencePlace",
    "EvidenceUse",
    "ForceMember",
    "FormerSource",
    "Group",
    "GroupMember",
    "Handover",
    "Heartbeat",
    "LedgerEntry",
    "LedgerHead",
    "Letter",
    "MailHold",
    "Measure",
    "Mention",
    "Notice",
    "Nudge",
    "OwnDay",
    "PaperTemplate",
    "Person",
    "Plan",
    "PolicyDraft",
    "PolicyVersion",
    "PostHeld",
    "Progress",
    "Report",
    "Request",
    "Revision",
    "RoleHeld",
    "Slip",
    "SourceDocument",
    "Task",
    "Trace",
    "Unit",
    "UnitAlias",
    "WorkCalendar",
]

"""Tables. Rows hold facts; rules live in workflows.

- `identity`  units, their names and groups; people, their posts and roles
- `rules`     versioned policies and the calendar: what a county may change
- `plan`      source documents, plans, tasks and their commitments, who is named, who takes part
- `review`    what the review of a draft leaves: candidates, the task force, steps to undo, former documents
- `duty`      the spine: everything with a deadline, and the month's reports
- `requests`  what units ask for when they cannot do as they were told
- `notices`   the outbox: notices owed, slips drafted, letters that carry them
- `ledger`    the append-only record, the engine's heartbeat and its gaps
"""

from app.models.duty import Duty, Progress, Report
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
from app.models.ledger import EngineGap, Heartbeat, LedgerEntry, LedgerHead
from app.models.notices import Letter, MailHold, Notice, Slip
from app.models.plan import Assignment, Commitment, Mention, Plan, SourceDocument, Task
from app.models.requests import Request
from app.models.review import Candidate, ForceMember, FormerSource, Revision
from app.models.rules import CalendarDay, CalendarYear, OwnDay, PolicyDraft, PolicyVersion, WorkCalendar

__all__ = [
    "Assignment",
    "CalendarDay",
    "CalendarYear",
    "Candidate",
    "Commitment",
    "ContactPoint",
    "Deputy",
    "Duty",
    "EngineGap",
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
    "Mention",
    "Notice",
    "OwnDay",
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
    "Unit",
    "UnitAlias",
    "WorkCalendar",
]

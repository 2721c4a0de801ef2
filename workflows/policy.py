"""Who may do what: one matrix from role and relation to acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from workflows.errors import Refused


class Role(StrEnum):
    """督查室（专班办公室）, 责任单位, 县领导, 系统管理员."""

    OFFICE = "office"
    DEPARTMENT = "department"
    LEADER = "leader"
    ADMIN = "admin"


ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.OFFICE: "督查室",
        Role.DEPARTMENT: "责任单位",
        Role.LEADER: "县领导",
        Role.ADMIN: "系统管理员",
    }
)


class Relation(StrEnum):
    """How the actor's units stand to the thing: not at all, taking part in it, or owing it."""

    STRANGER = "stranger"
    PARTY = "party"
    OWNER = "owner"


class Act(StrEnum):
    USE_DESK = "use_desk"
    VIEW_TASK = "view_task"
    SIGN = "sign"
    UPDATE_PROGRESS = "update_progress"
    FILE_REPORT = "file_report"
    REQUEST_CLOSE = "request_close"
    VIEW_PLANS = "view_plans"
    EDIT_PLAN = "edit_plan"
    ISSUE_PLAN = "issue_plan"
    SUPERVISE = "supervise"
    REVIEW_REPORT = "review_report"
    CLOSE_TASK = "close_task"
    RECORD_ISSUE = "record_issue"
    VIEW_UNITS = "view_units"
    EDIT_UNITS = "edit_units"
    EDIT_PEOPLE = "edit_people"
    WATCH_ENGINE = "watch_engine"
    RELEASE_LETTERS = "release_letters"
    EDIT_CALENDAR = "edit_calendar"
    EDIT_RULES = "edit_rules"
    RAISE_REQUEST = "raise_request"
    ANSWER_REQUEST = "answer_request"
    DECIDE_SLIP = "decide_slip"
    ANSWER_SLIP = "answer_slip"
    RECORD_RECEIPT = "record_receipt"
    SET_DEPUTY = "set_deputy"
    SIGN_OFF = "sign_off"
    NUDGE = "nudge"
    VIEW_BULLETIN = "view_bulletin"
    EDIT_BULLETIN = "edit_bulletin"
    SIGN_BULLETIN = "sign_bulletin"
    EXPLAIN = "explain"
    ASSESS = "assess"
    VIEW_SCORE = "view_score"
    APPEAL = "appeal"
    EDIT_TEMPLATES = "edit_templates"


ANYONE = frozenset(Relation)
PARTIES = frozenset({Relation.PARTY, Relation.OWNER})
OWNERS = frozenset({Relation.OWNER})

GRANTS: Mapping[Role, Mapping[Act, frozenset[Relation]]] = MappingProxyType(
    {
        Role.OFFICE: {
            Act.USE_DESK: ANYONE,
            Act.VIEW_TASK: ANYONE,
            Act.SIGN: OWNERS,
            Act.UPDATE_PROGRESS: OWNERS,
            Act.FILE_REPORT: OWNERS,
            Act.VIEW_PLANS: ANYONE,
            Act.EDIT_PLAN: ANYONE,
            Act.ISSUE_PLAN: ANYONE,
            Act.SUPERVISE: ANYONE,
            Act.REVIEW_REPORT: ANYONE,
            Act.CLOSE_TASK: ANYONE,
            Act.RECORD_ISSUE: ANYONE,
            Act.VIEW_UNITS: ANYONE,
            Act.EDIT_UNITS: ANYONE,
            Act.EDIT_PEOPLE: ANYONE,
            Act.WATCH_ENGINE: ANYONE,
            Act.RELEASE_LETTERS: ANYONE,
            Act.EDIT_CALENDAR: ANYONE,
            Act.EDIT_RULES: ANYONE,
            Act.RAISE_REQUEST: OWNERS,
            Act.ANSWER_REQUEST: ANYONE,
            Act.DECIDE_SLIP: ANYONE,
            Act.ANSWER_SLIP: OWNERS,
            Act.RECORD_RECEIPT: ANYONE,
            Act.SET_DEPUTY: ANYONE,
            Act.SIGN_OFF: OWNERS,
            Act.NUDGE: ANYONE,
            Act.VIEW_BULLETIN: ANYONE,
            Act.EDIT_BULLETIN: ANYONE,
            Act.SIGN_BULLETIN: ANYONE,
            Act.EXPLAIN: OWNERS,
            Act.ASSESS: ANYONE,
            Act.VIEW_SCORE: ANYONE,
            Act.APPEAL: OWNERS,
            Act.EDIT_TEMPLATES: ANYONE,
        },
        Role.DEPARTMENT: {
            Act.USE_DESK: ANYONE,
            Act.VIEW_TASK: PARTIES,
            Act.SIGN: OWNERS,
            Act.UPDATE_PROGRESS: OWNERS,
            Act.FILE_REPORT: OWNERS,
            Act.REQUEST_CLOSE: OWNERS,
            Act.RAISE_REQUEST: OWNERS,
            Act.ANSWER_REQUEST: OWNERS,
            Act.ANSWER_SLIP: OWNERS,
            Act.RECORD_RECEIPT: OWNERS,
            Act.SET_DEPUTY: OWNERS,
            Act.SIGN_OFF: OWNERS,
            Act.NUDGE: OWNERS,
            Act.VIEW_BULLETIN: PARTIES,
            Act.EXPLAIN: OWNERS,
            Act.VIEW_SCORE: OWNERS,
            Act.APPEAL: OWNERS,
        },
        Role.LEADER: {
            Act.USE_DESK: ANYONE,
            Act.VIEW_TASK: ANYONE,
            Act.VIEW_PLANS: ANYONE,
            Act.SUPERVISE: ANYONE,
            Act.VIEW_UNITS: ANYONE,
            Act.ANSWER_REQUEST: ANYONE,
            Act.DECIDE_SLIP: ANYONE,
            Act.RECORD_RECEIPT: OWNERS,
            Act.SET_DEPUTY: OWNERS,
            Act.VIEW_BULLETIN: ANYONE,
            Act.SIGN_BULLETIN: ANYONE,
            Act.VIEW_SCORE: ANYONE,
        },
        Role.ADMIN: {
            Act.USE_DESK: ANYONE,
            Act.VIEW_UNITS: ANYONE,
            Act.EDIT_UNITS: ANYONE,
            Act.EDIT_PEOPLE: ANYONE,
            Act.WATCH_ENGINE: ANYONE,
            Act.EDIT_CALENDAR: ANYONE,
            Act.EDIT_RULES: ANYONE,
            Act.RECORD_RECEIPT: OWNERS,
            Act.SET_DEPUTY: ANYONE,
            Act.EDIT_TEMPLATES: ANYONE,
        },
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, the roles held, the units represented, and the people he stands in for just now (AB角)."""

    person_id: int
    name: str
    roles: frozenset[Role]
    unit_ids: frozenset[int]
    stands_for: frozenset[int] = frozenset()

    def owns(self, unit_id: int | None) -> Relation:
        """OWNER when the thing is owed by one of the actor's units, else STRANGER."""
        return Relation.OWNER if unit_id in self.unit_ids else Relation.STRANGER


def allows(actor: Actor, act: Act, relation: Relation = Relation.STRANGER) -> bool:
    """Whether some role of the actor grants the act in that relation."""
    return any(relation in GRANTS[role].get(act, ()) for role in actor.roles)


def require(actor: Actor, act: Act, relation: Relation = Relation.STRANGER) -> None:
    """Return when allowed; raises Refused: missing (a stranger learns nothing of it) or forbidden."""
    if allows(actor, act, relation):
        return
    grants = [GRANTS[role].get(act, frozenset()) for role in actor.roles]
    if relation is Relation.STRANGER and any(grants):
        raise Refused("missing", "没有找到这项内容，可能不属于您的单位。请从“我的待办”进入。")
    raise Refused("forbidden", "您的岗位没有这项权限。如工作需要，请联系督查室或系统管理员。")

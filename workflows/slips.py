"""督办单: who may send which, what it says before anybody has touched the wording, and why one cannot be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from workflows.errors import Refused
from workflows.escalation import LETTER_LABELS, LetterKind
from workflows.lifecycle import DUTY, DutyState, Hold
from workflows.policy import Actor, Role
from workflows.wording import chinese_date

LEADERS_OWN = frozenset({LetterKind.RED_SLIP, LetterKind.TALK})
"""Above what the office may send by itself: the county leader in charge approves (reference b.4, 谁批)."""

LONGEST_WORDS, LONGEST_REPLY, LONGEST_REASON = 2000, 1000, 400

STOPPED = frozenset({Hold.EXTENSION, Hold.OBJECTION, Hold.COORDINATION, Hold.SUSPENSION})
"""The holds during which nothing may be sent (reference b.4: 延期审批期间不升级, 待协调停表)."""

_ASKS: Mapping[LetterKind, str] = MappingProxyType(
    {
        LetterKind.BLUE_SLIP: "请抓紧办理，并书面答复：未按期办理的原因、现在的进展、预计完成日期。",
        LetterKind.YELLOW_SLIP: "请立即整改，并书面报送整改计划：原因、措施、责任人、完成日期。本单列入月通报。",
        LetterKind.RED_SLIP: "请主要领导牵头整改，并书面报送：原因、措施、责任人、完成日期、需要协调的事项。"
        "本单列入季通报，并提请专班会议研究。",
        LetterKind.TALK: "经多次提醒仍未办理，拟约谈你单位负责同志。请准备情况说明；时间、地点由督查室另行通知。",
    }
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a slip is about. `what` is 报送2025年3月月报 and the like; `late` working days past `due_on`."""

    unit: str
    task: str
    what: str
    due_on: date
    late: int


def draft_words(kind: LetterKind, matter: Matter, reply_workdays: int) -> str:
    """The wording a slip begins with; the person who sends it may change every word."""
    about = f"“{matter.task}”一项，" if matter.task else ""
    late = f"至今逾期{matter.late}个工作日" if matter.late else "至今未办"
    opening = f"{matter.unit}：\n{about}应于{chinese_date(matter.due_on)}前{matter.what}，{late}。"
    limit = f"收到本单后{reply_workdays}个工作日内回复。" if reply_workdays else ""
    return f"{opening}{_ASKS[kind]}{limit}"


def require_may_decide(actor: Actor, kind: LetterKind) -> None:
    """Return when the actor may send or set aside that slip; raises Refused forbidden.

    The office decides on all of them, a county leader on those that need one.
    """
    if Role.OFFICE in actor.roles or (Role.LEADER in actor.roles and kind in LEADERS_OWN):
        return
    raise Refused("forbidden", f"{LETTER_LABELS[kind]}由督查室签发，请联系督查室。")


def needs_approval(actor: Actor, kind: LetterKind) -> bool:
    """Whether the approval of a county leader has to be recorded: he does not sign in the system himself."""
    return kind in LEADERS_OWN and Role.LEADER not in actor.roles


def require_sendable(kind: LetterKind, state: DutyState, hold: Hold | None) -> None:
    """Return while the duty a slip is about is still owed and its clock runs; raises Refused illegal-step."""
    name = LETTER_LABELS[kind]
    if state is not DutyState.OPEN:
        raise Refused(
            "illegal-step", f"这件事项现在是“{DUTY.states[state]}”，{name}不必再发。请刷新页面看最新情况。"
        )
    if hold in STOPPED:
        raise Refused(
            "illegal-step", f"{_STOPPED_WORDS[hold]}，期间不发{name}。请先答复请求，或等恢复计时后再发。"
        )


_STOPPED_WORDS: Mapping[Hold, str] = MappingProxyType(
    {
        Hold.EXTENSION: "单位申请了延期，还没有答复",
        Hold.OBJECTION: "单位提出了异议，还没有裁定",
        Hold.COORDINATION: "事项正在协调，已经停表",
        Hold.SUSPENSION: "任务已经暂缓",
    }
)

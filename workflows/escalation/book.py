"""One version of the ladders as a whole: a ladder for each kind of duty, and the days a unit has to answer a slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workflows.cadence import KIND_LABELS, DutyKind
from workflows.errors import Refused
from workflows.escalation.defaults import DEFAULT_LADDERS
from workflows.escalation.ladder import Ladder
from workflows.escalation.letters import DRAFTED, LETTER_LABELS, LetterKind

REPLIES = "reply_workdays"
"""The key, in the body of a version, of the days for answers; all others that are kinds of duty hold ladders."""

MOST_REPLY_WORKDAYS = 30

DEFAULT_REPLY_WORKDAYS: Mapping[LetterKind, int] = MappingProxyType(
    {
        LetterKind.BLUE_SLIP: 3,
        LetterKind.YELLOW_SLIP: 5,
        LetterKind.RED_SLIP: 5,
        LetterKind.TALK: 0,
    }
)
"""Working days for the answer to each 督办单 (reference b.4: 蓝单3个工作日内答复, 黄单5个工作日内报整改计划; red as yellow).

0 asks for none: what follows a talk (约谈) is its record, not a letter.
"""

_KINDS = frozenset(kind.value for kind in DutyKind)


@dataclass(frozen=True, slots=True)
class LadderBook:
    """升级阶梯: everything one version of them says."""

    ladders: Mapping[DutyKind, Ladder]
    reply_workdays: Mapping[LetterKind, int] = field(default_factory=lambda: DEFAULT_REPLY_WORKDAYS)

    def as_json(self) -> dict[str, Any]:
        days = {kind.value: days for kind, days in self.reply_workdays.items()}
        return {**{kind.value: ladder.as_json() for kind, ladder in self.ladders.items()}, REPLIES: days}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> LadderBook:
        """What a stored version says; a kind, or a slip, that it did not know yet has what is shipped."""
        stored = {DutyKind(k): Ladder.from_json(ladder) for k, ladder in body.items() if k in _KINDS}
        days = {LetterKind(kind): count for kind, count in body.get(REPLIES, {}).items()}
        return cls({**DEFAULT_LADDERS, **stored}, {**DEFAULT_REPLY_WORKDAYS, **days})

    def check(self) -> None:
        """Return when the whole can be used; raises Refused invalid with every fault, each with its ladder's name."""
        found = [
            *self._faults(),
            *(f for kind, ladder in self.ladders.items() for f in _faults(kind, ladder)),
        ]
        if found:
            raise Refused("invalid", "".join(found))

    def _faults(self) -> Iterator[str]:
        if set(self.reply_workdays) != DRAFTED:
            yield "四种督办单都要写明回复期限。"
        for kind, days in self.reply_workdays.items():
            if not 0 <= days <= MOST_REPLY_WORKDAYS:
                yield f"{LETTER_LABELS[kind]}的回复期限要在0至{MOST_REPLY_WORKDAYS}个工作日之间。"


def _faults(kind: DutyKind, ladder: Ladder) -> Iterator[str]:
    try:
        ladder.check()
    except Refused as refusal:
        yield f"“{KIND_LABELS[kind]}”：{refusal}"

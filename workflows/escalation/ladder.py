"""The ladder itself: its rungs, how a version of it is kept, and what makes one unusable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.calendar import OFFICE_CLOSES, OFFICE_OPENS
from workflows.errors import Refused
from workflows.escalation.letters import AUDIENCE_LABELS, DRAFTED, LETTER_LABELS, Audience, LetterKind

MOST_RUNGS, FARTHEST, MOST_REPEATS = 20, 120, 10


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `offset` counts working days from the due date, negative before it; None is the opening itself.

    `copies` (抄送) get the same letter for information. A rung whose letter is DRAFTED only writes it down; `slip` is
    one written down beside a letter that leaves by itself. `every` and `times` repeat the letter: every so many
    working days, at most so often. With `receipt` the rung waits until the unit has shown that it has heard.
    `urgent` leaves at once, not in the day's digest.
    """

    offset: int | None
    letter: LetterKind
    audience: tuple[Audience, ...]
    copies: tuple[Audience, ...] = ()
    slip: LetterKind | None = None
    every: int = 0
    times: int = 0
    receipt: bool = False
    urgent: bool = False

    @property
    def drafts(self) -> LetterKind | None:
        """What a person has to send, or not: the 督办单 or 约谈建议 this rung writes down."""
        return self.letter if self.letter in DRAFTED else self.slip

    def as_json(self) -> dict[str, Any]:
        return {
            "offset": self.offset,
            "letter": self.letter.value,
            "audience": [audience.value for audience in self.audience],
            "copies": [audience.value for audience in self.copies],
            "slip": self.slip.value if self.slip else None,
            "every": self.every,
            "times": self.times,
            "receipt": self.receipt,
            "urgent": self.urgent,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | list[Any]) -> Rung:
        """The rung of a stored version; the first versions kept offset, letter and audience only, as a list."""
        if isinstance(body, list):
            offset, letter, audience = body
            return cls(offset, LetterKind(letter), tuple(Audience(a) for a in audience))
        return cls(
            body["offset"],
            LetterKind(body["letter"]),
            tuple(Audience(a) for a in body["audience"]),
            tuple(Audience(a) for a in body["copies"]),
            LetterKind(body["slip"]) if body["slip"] else None,
            body["every"],
            body["times"],
            body["receipt"],
            body["urgent"],
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one kind of duty, lowest first; `hour` is the local hour at which they act.

    After a rung acted late (the engine was off, the clock was stopped), the next waits at least `late_spacing` working
    days, so that nobody's superior hears of it before he himself had time to answer. While receipt is not shown, the
    office is asked to find out every `late_spacing` working days, at most `checks` times.
    """

    rungs: tuple[Rung, ...]
    hour: int = 9
    late_spacing: int = 2
    checks: int = 3

    def as_json(self) -> dict[str, Any]:
        rungs = [rung.as_json() for rung in self.rungs]
        return {
            "rungs": rungs,
            "hour": self.hour,
            "late_spacing": self.late_spacing,
            "checks": self.checks,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Ladder:
        rungs = tuple(Rung.from_json(rung) for rung in body["rungs"])
        return cls(rungs, body["hour"], body["late_spacing"], body.get("checks", 3))

    def check(self) -> None:
        """Return when the ladder can be used; raises Refused invalid with everything that is wrong, in one sentence each."""
        found = [
            *_faults_of_ladder(self),
            *(f for n, rung in enumerate(self.rungs, 1) for f in _faults(n, rung)),
        ]
        if found:
            raise Refused("invalid", "".join(found))


def _faults_of_ladder(ladder: Ladder) -> Iterator[str]:
    if not 1 <= len(ladder.rungs) <= MOST_RUNGS:
        yield f"阶梯要有1到{MOST_RUNGS}级。"
    if not OFFICE_OPENS <= ladder.hour < OFFICE_CLOSES:
        yield f"发出时刻要在{OFFICE_OPENS}时至{OFFICE_CLOSES - 1}时之间。"
    if not 1 <= ladder.late_spacing <= 10:
        yield "补发后的最小间隔要在1至10个工作日之间。"
    if not 1 <= ladder.checks <= MOST_REPEATS:
        yield f"核实送达最多1至{MOST_REPEATS}次。"
    if ladder.rungs and ladder.rungs[0].receipt:
        yield "第1级之前没有发过信，不能等对方确认收到。"
    places = [-FARTHEST - 1 if rung.offset is None else rung.offset for rung in ladder.rungs]
    if places != sorted(places) or len(set(places)) != len(places):
        yield "各级要按日子先后排列，同一天只能有一级。"


def _faults(number: int, rung: Rung) -> Iterator[str]:
    if rung.offset is not None and abs(rung.offset) > FARTHEST:
        yield f"第{number}级离期限太远，最多{FARTHEST}个工作日。"
    if not rung.audience:
        yield f"第{number}级没有选发给谁。"
    if set(rung.copies) & set(rung.audience):
        yield f"第{number}级的抄送对象已在主送之中。"
    if (
        bool(rung.every) != bool(rung.times)
        or not 0 <= rung.times <= MOST_REPEATS
        or not 0 <= rung.every <= 30
    ):
        yield f"第{number}级的重复要同时写明间隔（1至30个工作日）和次数（1至{MOST_REPEATS}次）。"
    if rung.times and rung.letter in DRAFTED:
        yield f"第{number}级是待签发的{LETTER_LABELS[rung.letter]}，不能自动重复。"
    if rung.slip and rung.slip not in DRAFTED:
        yield f"第{number}级随附的只能是督办单或约谈建议。"
    if rung.drafts and (rung.offset is None or rung.offset <= 0):
        yield f"第{number}级在到期之前，不能拟督办单。"
    if rung.slip and rung.letter in DRAFTED:
        yield f"第{number}级本身就是待签发的单子，不必再随附一份。"


def rung_words(rung: Rung) -> str:
    """When a rung acts, in words: 到期前3个工作日, 逾期7个工作日."""
    if rung.offset is None:
        return "开放时"
    if rung.offset == 0:
        return "到期当日"
    side = "到期前" if rung.offset < 0 else "逾期"
    return f"{side}{abs(rung.offset)}个工作日"


def why(rung: Rung, audience: Audience, version: int, loop: int = 0, *, copied: bool = False) -> str:
    """The reason a notice carries: the version of the ladder, the rung, and whose place its recipient holds."""
    again = f"（第{loop + 1}次）" if loop else ""
    if copied:
        role = f"抄送{AUDIENCE_LABELS[audience]}"
    else:
        standing_in = "" if audience in rung.audience else "（应收人空缺，依次代收）"
        role = f"对象{AUDIENCE_LABELS[audience]}{standing_in}"
    return f"升级阶梯第{version}版：{rung_words(rung)}{LETTER_LABELS[rung.letter]}{again}，{role}"

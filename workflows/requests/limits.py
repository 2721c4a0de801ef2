"""The limits of requests, versioned with the rest of the cadence policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from workflows.errors import Refused
from workflows.requests.kinds import RequestKind


@dataclass(frozen=True, slots=True)
class RequestRules:
    """One version of the limits. Spans are working days, but `extension_longest` is calendar days.

    `extension_share` is the part of the original term one extension may have: 3 means a third.
    """

    extension_ahead: int = 5
    extension_share: int = 3
    extension_longest: int = 90
    extension_times: int = 2
    objection_within: int = 3
    objection_stop: int = 5
    answer_extension: int = 3
    answer_objection: int = 3
    answer_coordination: int = 3
    answer_change: int = 5

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RequestRules:
        """The rules of a stored version; a limit it does not name is the shipped one."""
        return cls(**body)

    def check(self) -> None:
        """Return when the limits can be used; raises Refused invalid, one sentence for each that cannot."""
        found = [
            f"{words}要在{low}至{high}之间。"
            for name, (words, low, high) in _BOUNDS.items()
            if not low <= getattr(self, name) <= high
        ]
        if found:
            raise Refused("invalid", "".join(found))

    def answer_days(self, kind: RequestKind) -> int:
        """Working days whoever has to answer has for it."""
        days = {
            RequestKind.EXTENSION: self.answer_extension,
            RequestKind.OBJECTION: self.answer_objection,
            RequestKind.COORDINATION: self.answer_coordination,
        }
        return days.get(kind, self.answer_change)


_BOUNDS: Mapping[str, tuple[str, int, int]] = MappingProxyType(
    {
        "extension_ahead": ("延期提前的工作日", 0, 30),
        "extension_share": ("延期占原期限的几分之一", 1, 12),
        "extension_longest": ("单次延期的天数上限", 1, 366),
        "extension_times": ("不经专班会议的延期次数", 0, 10),
        "objection_within": ("提出异议的工作日", 1, 30),
        "objection_stop": ("异议停表的工作日", 0, 30),
        "answer_extension": ("答复延期的工作日", 1, 30),
        "answer_objection": ("裁定异议的工作日", 1, 30),
        "answer_coordination": ("答复协调的工作日", 1, 30),
        "answer_change": ("答复调整、暂缓、撤销、转常态的工作日", 1, 30),
    }
)

"""What the lead of a task makes of its units' parts (牵头汇总): each part under its unit's name, the lead's own first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflows.errors import Refused

LONGEST_GATHERED = 20_000
"""Characters of one field: a hundred kindergartens with 200 each."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit reported on the task for the period."""

    unit: str
    percent: int | None
    done: str
    problems: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lead's account of the task: 累计 %, 本月进展, 存在问题, 下步打算."""

    percent: int | None = None
    done: str = ""
    problems: str = ""
    next_step: str = ""

    def check(self) -> None:
        """Return when it can be filed; raises Refused invalid."""
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise Refused("invalid", "累计完成请填0到100之间的整数。")
        if not self.done.strip():
            raise Refused("invalid", "请填写本月进展；可以点“重新带入”取各单位报送的内容。")
        if max(len(self.done), len(self.problems), len(self.next_step)) > LONGEST_GATHERED:
            raise Refused("invalid", f"每一栏最多{LONGEST_GATHERED}字，请精简。")


def put_together(lead: str, parts: Sequence[Part]) -> Gathered:
    """The parts as one account, for the lead to edit: its own percentage, and every unit's words under its name.

    Units that say the very same are named together, so that forty kindergartens without news are one line.
    """
    ordered = sorted(parts, key=lambda part: part.unit != lead)
    own = next((part.percent for part in ordered if part.unit == lead), None)
    return Gathered(
        own,
        _lines(ordered, lambda part: part.done),
        _lines(ordered, lambda part: part.problems),
        _lines(ordered, lambda part: part.next_step),
    )


def _lines(parts: Sequence[Part], words: Callable[[Part], str]) -> str:
    said: dict[str, list[str]] = {}
    for part in parts:
        if text := words(part).strip():
            said.setdefault(text, []).append(part.unit)
    return "\n".join(f"{'、'.join(units)}：{text}" for text, units in said.items())

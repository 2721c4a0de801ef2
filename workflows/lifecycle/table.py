"""One table of steps, and the word for a step that it does not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from workflows.errors import Refused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S, E]):
    """A table of steps, with the Chinese names of states and events."""

    subject: str
    states: Mapping[S, str]
    events: Mapping[E, str]
    transitions: Mapping[tuple[S, E], S]

    def advance(self, state: S, event: E) -> S:
        """The state after `event`; raises Refused illegal-step when the table has no such step."""
        try:
            return self.transitions[state, event]
        except KeyError:
            raise Refused(
                "illegal-step",
                f"{self.subject}现在是“{self.states[state]}”，不能{self.events[event]}。请刷新页面看最新情况。",
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether a page may show that button."""
        return (state, event) in self.transitions

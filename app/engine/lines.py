"""The ways out of one turn of the relay: mail, and whatever other channels are on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from app import channels
from app.mail import Carry, Post


class Lines:
    """Each way is opened when its first letter leaves and kept to the end; `away` are those found closed."""

    def __init__(self, mail: Post) -> None:
        self.away: set[str] = set()
        self._ways: Mapping[str, Post] = {channels.EMAIL: mail, **channels.switched_on()}
        self._open: dict[str, Carry] = {}
        self._stack = ExitStack()

    def __contains__(self, channel: str) -> bool:
        """Whether the channel is switched on."""
        return channel in self._ways

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def to(self, channel: str) -> Carry:
        """What carries letters by that channel; raises Delay when there is no way for now."""
        if channel not in self._open:
            self._open[channel] = self._stack.enter_context(self._ways[channel].open())
        return self._open[channel]

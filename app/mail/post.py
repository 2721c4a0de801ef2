"""What a carrier of letters is, whatever it carries them by, and the three ways in which it may fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.mail.words import Words


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to be carried, by mail or by `channel`; its Message-ID is the same on every attempt."""

    message_id: str
    address: str
    recipient: str
    words: Words
    written_at: datetime
    channel: str = "email"


class Refusal(Exception):
    """No to this letter for good. `bad_address`: nobody is reached there, so the address is to be marked.

    Without it the no was to the letter, to us, or to a full mailbox, and says nothing about the address.
    """

    def __init__(self, said: str, *, bad_address: bool = False) -> None:
        super().__init__(said)
        self.bad_address = bad_address


class Delay(Exception):
    """Not now: the server is away, busy or unsure. The letter may have been taken; it is tried again."""


class Deferral(Delay):
    """Not now, for this letter only: the server answers and takes others (greylisting, a full mailbox)."""


Carry = Callable[[Envelope], str | None]
"""Carries one letter and returns what the other side answered, if it did; raises Refusal, Deferral or Delay."""


class Post(Protocol):
    """A way out. `open` gives a function that carries letters one by one; it raises Delay when there is no way."""

    def open(self) -> AbstractContextManager[Carry]: ...

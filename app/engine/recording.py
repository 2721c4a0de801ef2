"""What a mail server has taken is put on record: fast letters together, a slow one by itself, all of them soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self, cast

import sqlalchemy as sa

from app import clock
from app.db import transaction
from app.models import Letter, Notice
from workflows.lifecycle import LetterState, NoticeState

RECORD_WITHIN = timedelta(milliseconds=50)
"""How long after the server's yes a letter may stand unrecorded while others are being sent (decision 0001).

A crash repeats, under the same Message-ID, at most what one sender handed over in such a stretch.
"""


class Accepted:
    """Letters a server has taken that are not on record yet; the end of the block records them, however it ends.

    Each letter is expected to take as long as the one before it: where that would be too long to wait for, what is
    there is recorded first. So a server that takes RECORD_WITHIN for a letter has every letter recorded by itself,
    before the next. When recording fails, nothing is tried again here: the lease runs out, and they repeat.
    """

    def __init__(self) -> None:
        self._letter_ids: list[int] = []
        self._since = timedelta()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.record()

    def add(self, letter_id: int, began: timedelta) -> None:
        """The server has just taken that letter, which it was offered at `began` (clock.steady)."""
        now = clock.steady()
        if not self._letter_ids:
            self._since = now
        self._letter_ids.append(letter_id)
        if now - self._since + now - began >= RECORD_WITHIN:
            self.record()

    def record(self) -> None:
        """Put on disk what there is."""
        letter_ids, self._letter_ids = self._letter_ids, []
        if letter_ids:
            _record_sent(letter_ids)


def _record_sent(letter_ids: Sequence[int]) -> None:
    """In two statements and at once: until it is on disk, a crash would send the letters again."""
    letters, notices = cast("sa.Table", Letter.__table__), cast("sa.Table", Notice.__table__)
    sent = {"state": LetterState.SENT, "last_error": "", "sent_at": clock.now()}
    with transaction() as s:
        write = s.connection().execute
        write(sa.update(notices).where(notices.c.letter_id.in_(letter_ids)).values(state=NoticeState.SENT))
        write(sa.update(letters).where(letters.c.id.in_(letter_ids)).values(sent))

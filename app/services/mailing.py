"""What a person decides about letters: a storm that was held is let go (放行)."""

from __future__ import annotations

from datetime import datetime

from app import ledger
from app.db import get, transaction
from app.models import MailHold
from workflows.errors import Refused
from workflows.policy import Act, Actor, require


def release(actor: Actor, hold_id: int, now: datetime) -> None:
    """Let the held letters go; raises Refused forbidden, missing, illegal-step when somebody else just did."""
    require(actor, Act.RELEASE_LETTERS)
    with transaction() as s:
        hold = get(MailHold, hold_id)
        if hold.released_at is not None:
            raise Refused("illegal-step", "这批信已经放行，不需要再确认。")
        hold.released_at, hold.released_by_id = now, actor.person_id
        about, detail = ledger.Subject(), {"hold": hold_id, "letters": hold.letters}
        ledger.append(s, "mail.release", at=now, actor_id=actor.person_id, about=about, detail=detail)

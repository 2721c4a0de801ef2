"""Letters that come back: the delivery reports of mail servers (RFC 3464), read with the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from app.mail.smtp import ADDRESS_IS_BAD

SAID = 400
"""Characters kept of what the server said."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient a letter did not reach. `bad_address`: nobody is reached there, the address is to be marked.

    `message_id` is the letter's own, empty where the report does not say it.
    """

    address: str
    message_id: str
    said: str
    bad_address: bool


def read(source: bytes) -> tuple[Bounce, ...]:
    """Every failed recipient a delivery report names; nothing for any other message, nor for a mere delay."""
    message = message_from_bytes(source, policy=default)
    if message.get_content_type() != "multipart/report":
        return ()
    return tuple(_failed(message, _message_id(message)))


def _failed(message: Message, message_id: str) -> Iterator[Bounce]:
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.iter_parts() if isinstance(part, EmailMessage) else ():
            if str(fields.get("Action", "")).strip().lower() == "failed":
                yield _bounce(fields, message_id)


def _bounce(fields: Message, message_id: str) -> Bounce:
    address = _typed(fields, "Original-Recipient") or _typed(fields, "Final-Recipient")
    status = str(fields.get("Status", "")).strip()
    said = _typed(fields, "Diagnostic-Code") or status
    return Bounce(address, message_id, said[:SAID], bool(ADDRESS_IS_BAD.match(status)))


def _typed(fields: Message, name: str) -> str:
    """What stands behind the type: a@b of `rfc822; a@b`."""
    return " ".join(str(fields.get(name, "")).partition(";")[2].split())


def _message_id(message: Message) -> str:
    """The Message-ID of the letter that came back, from the copy of it, or of its head, in the report."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            returned = message_from_bytes(head if isinstance(head, bytes) else b"", policy=default)
            return str(returned.get("Message-ID", "")).strip()
        if part.get_content_type() == "message/rfc822" and isinstance(part, EmailMessage):
            return str(next(part.iter_parts()).get("Message-ID", "")).strip()
    return ""

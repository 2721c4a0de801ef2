"""Letters: composed from facts by templates, and carried by SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from workflows.escalation import LetterKind


@dataclass(frozen=True, slots=True)
class Item:
    """What a letter says of one thing owed; several tasks of one month stand in one item.

    `what` is 2025年3月月报 and the like; `standing` 逾期3个工作日; `since` when it was asked for; `path` the page.
    """

    kind: LetterKind
    what: str
    unit: str
    tasks: tuple[str, ...]
    due_on: date
    original_due_on: date
    opens_on: date
    standing: str
    note: str
    path: str


@dataclass(frozen=True, slots=True)
class Words:
    """A composed letter."""

    subject: str
    text: str
    html: str


def compose(recipient: str, items: Sequence[Item]) -> Words:
    """One letter that tells a person everything in `items`, the gravest first."""
    order = list(LetterKind)
    ranked = sorted(items, key=lambda i: (-order.index(i.kind), i.due_on, i.what))
    facts = {
        "recipient": recipient,
        "items": ranked,
        "base": current_app.config["BASE_URL"].rstrip("/"),
        "county": current_app.config["COUNTY_NAME"],
    }
    subject, text, html = (
        current_app.jinja_env.get_template(f"mail/letter/{part}").render(facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Words(" ".join(subject.split())[:300], text, html)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to be carried; its Message-ID is the same on every attempt."""

    message_id: str
    address: str
    recipient: str
    words: Words
    written_at: datetime


class Refusal(Exception):
    """The mail server said no to this letter for good."""


class Delay(Exception):
    """Not now: the server is away, busy or unsure. The letter may have been taken; it is tried again."""


class Deferral(Delay):
    """Not now, for this letter only: the server answers and takes others (greylisting, a full mailbox)."""


Carry = Callable[[Envelope], None]


class Post(Protocol):
    """A way out. `open` gives a function that carries one letter, or raises Refusal, Deferral or Delay."""

    def open(self) -> AbstractContextManager[Carry]: ...


class SmtpPost:
    """SMTP at an address: smtp://host:port, smtp+starttls://user:password@host, smtps://host."""

    def __init__(self, url: str, sender: str, timeout: int) -> None:
        self._url, self._sender, self._timeout = urlsplit(url), sender, timeout
        if self._url.scheme not in {"smtp", "smtp+starttls", "smtps"}:
            raise ValueError("the mail address must begin with smtp://, smtp+starttls:// or smtps://")

    @contextmanager
    def open(self) -> Iterator[Carry]:
        """One connection for a batch; raises Delay when the server cannot be reached or refuses our name."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Delay(_said(error)) from error
        try:
            yield lambda envelope: self._carry(server, envelope)
        finally:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _connect(self) -> smtplib.SMTP:
        url, host = self._url, self._url.hostname or "127.0.0.1"
        if url.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=self._timeout)
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        return server

    def _carry(self, server: smtplib.SMTP, envelope: Envelope) -> None:
        try:
            message = as_message(envelope, self._sender)
        except (HeaderParseError, IndexError, ValueError) as error:
            raise Refusal(f"the address cannot be written: {_said(error)}") from error
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError as error:
            raise Refusal(_said(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            raise _verdict(code, reply) from error
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Delay(_said(error)) from error


def as_message(envelope: Envelope, sender: str) -> EmailMessage:
    """The letter as it goes over the wire."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = Address(envelope.recipient, addr_spec=envelope.address)
    message["Subject"] = envelope.words.subject
    message["Date"] = format_datetime(envelope.written_at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envelope.words.text)
    message.add_alternative(envelope.words.html, subtype="html")
    # a boundary of our own: the library draws a random one, and a repeated letter should be the same to the byte
    message.set_boundary(hashlib.sha256(envelope.message_id.encode()).hexdigest()[:40])
    return message


def _verdict(code: int, reply: bytes | str) -> Exception:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = f"{code} {said}"[:400]
    if 500 <= code < 600:
        return Refusal(words)
    return Delay(words) if code == SERVICE_CLOSING else Deferral(words)


SERVICE_CLOSING = 421
"""The one temporary answer that speaks of the server, not of the letter (RFC 5321, 3.8)."""


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:400]

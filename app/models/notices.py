"""The outbox: a notice is owed the moment its row commits; letters carry one person's notices out together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty
from app.models.identity import Person
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import LetterState, NoticeState, SlipState


class Notice(Base):
    """One person to be told one thing about one duty.

    `dedup_key` = (duty, epoch, rung, loop, recipient, channel): never the calendar day, so that a second engine, a
    restart or midnight cannot make it twice. `urgent` leaves at once, the rest in the person's digest of the day;
    `copied` says that it is for information (抄送); `slip` is the 督办单 it delivers, or asks to be sent.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index(
            "ix_notice_waiting",
            "person_id",
            "not_before_at",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_notice_failed",
            "duty_id",
            postgresql_where=sa.text("state = 'failed'"),
            sqlite_where=sa.text("state = 'failed'"),
        ),
        sa.Index("ix_notice_duty_id", "duty_id"),
        sa.Index("ix_notice_letter_id", "letter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"))
    epoch: Mapped[int]
    rung: Mapped[int]
    kind: Mapped[LetterKind]
    audience: Mapped[Audience]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(400))
    skipped: Mapped[int] = mapped_column(default=0)
    loop: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str] = mapped_column(sa.String(24), default="email")
    urgent: Mapped[bool] = mapped_column(default=False)
    copied: Mapped[bool] = mapped_column(default=False)
    slip_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slip.id"))
    created_at: Mapped[datetime]
    not_before_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.PENDING)
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id"))

    duty: Mapped[Duty] = relationship()
    person: Mapped[Person] = relationship()
    slip: Mapped[Slip | None] = relationship()
    letter: Mapped[Letter | None] = relationship(back_populates="notices")


class Letter(Base):
    """One letter, kept verbatim, with a Message-ID fixed before the first attempt.

    `not_before_at` is the next attempt while it waits, and the end of the lease while a sender holds it.
    `received_at` is when its recipient, signed in, said 已收到.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.Index(
            "ix_letter_outgoing",
            "not_before_at",
            postgresql_where=sa.text("state IN ('waiting', 'leased')"),
            sqlite_where=sa.text("state IN ('waiting', 'leased')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300))
    body_text: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.String(400), default="")
    channel: Mapped[str] = mapped_column(sa.String(24), default="email")
    urgent: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])
    notices: Mapped[list[Notice]] = relationship(back_populates="letter", order_by="Notice.id")


class Slip(Base):
    """A 督办单 the engine drafted for one rung of one duty: 催办 by its colour, sent by a person or not at all.

    `reply_duty` is what the unit owes once it is sent: an answer within so many working days (reference b.4).
    """

    __tablename__ = "slip"
    __table_args__ = (
        sa.UniqueConstraint("duty_id", "epoch", "rung", "loop"),
        sa.Index("ix_slip_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"))
    epoch: Mapped[int]
    rung: Mapped[int]
    loop: Mapped[int] = mapped_column(default=0)
    kind: Mapped[LetterKind]
    state: Mapped[SlipState] = mapped_column(default=SlipState.DRAFT)
    reason: Mapped[str] = mapped_column(sa.String(400))
    drafted_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reply_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    duty: Mapped[Duty] = relationship(foreign_keys=[duty_id])
    reply_duty: Mapped[Duty | None] = relationship(foreign_keys=[reply_duty_id])
    decided_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class MailHold(Base):
    """A storm of letters, held until a person has looked (发信暂停). One at most is open at a time."""

    __tablename__ = "mail_hold"
    __table_args__ = (
        sa.Index(
            "uq_mail_hold_open",
            sa.text("(released_at IS NULL)"),
            unique=True,
            postgresql_where=sa.text("released_at IS NULL"),
            sqlite_where=sa.text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime]
    letters: Mapped[int]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    released_by: Mapped[Person | None] = relationship()

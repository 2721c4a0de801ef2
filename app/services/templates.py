"""文书模板: a county's own template of a formal document is taken in, or retired in favour of the shipped one."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import ledger
from app.db import transaction
from app.documents.official import PAPER_LABELS, PaperKind, official
from app.documents.official.sample import sample
from app.documents.official.shipped import shipped
from app.documents.official.vetting import vet
from app.intake.package import Package
from app.ledger import Subject
from app.models import PaperTemplate
from app.queries import templates
from workflows.errors import Refused
from workflows.policy import Act, Actor, require

LARGEST_KB = 2048
"""Kilobytes a template may have."""


def current(kind: PaperKind) -> bytes:
    """The template in use, to be looked at and changed."""
    return templates.own(kind) or shipped(kind)


def tried(kind: PaperKind) -> bytes:
    """The sample as the template in use prints it."""
    return official(sample(kind), templates.own(kind))


def take(actor: Actor, kind: PaperKind, filename: str, content: bytes, now: datetime) -> None:
    """Use this template from now on; the one before is kept, retired.

    Raises Refused forbidden, unreadable, too-large, or invalid with what is wrong in it.
    """
    require(actor, Act.EDIT_TEMPLATES)
    if not filename.casefold().endswith(".docx"):
        raise Refused(
            "unreadable", "模板要是 .docx 文件。请用 WPS 或 Word 打开，另存为“Word 文档（*.docx）”后再上传。"
        )
    if len(content) > LARGEST_KB * 1024:
        raise Refused("too-large", f"模板超过{LARGEST_KB // 1024}MB。请删去图片后再上传。")
    Package(content).refuse_entities()
    vet(kind, content)
    with transaction() as s:
        _retire(s, kind, now)
        s.add(
            PaperTemplate(
                paper=kind,
                filename=filename[-255:],
                content=content,
                uploaded_at=now,
                uploaded_by_id=actor.person_id,
            )
        )
        _record(s, "template.take", actor, kind, now, filename[-255:])


def retire(actor: Actor, kind: PaperKind, now: datetime) -> None:
    """Back to the shipped template; raises Refused forbidden, illegal-step where it is in use already."""
    require(actor, Act.EDIT_TEMPLATES)
    with transaction() as s:
        if not _retire(s, kind, now):
            raise Refused("illegal-step", f"{PAPER_LABELS[kind]}现在用的就是系统自带的模板，不需要恢复。")
        _record(s, "template.retire", actor, kind, now, "")


def _retire(s: Session, kind: PaperKind, now: datetime) -> bool:
    """Retire what is in use; whether there was any."""
    in_use = s.scalars(
        sa.select(PaperTemplate).where(PaperTemplate.paper == kind, PaperTemplate.retired_at.is_(None))
    ).all()
    for template in in_use:
        template.retired_at = now
    return bool(in_use)


def _record(s: Session, act: str, actor: Actor, kind: PaperKind, now: datetime, filename: str) -> None:
    detail = {"paper": PAPER_LABELS[kind], "filename": filename}
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=Subject(), detail=detail)

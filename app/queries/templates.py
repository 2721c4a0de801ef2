"""The templates of formal documents: a county's own where it has one, else the shipped one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.documents.official.kinds import PaperKind
from app.models import PaperTemplate


def own(kind: PaperKind) -> bytes | None:
    """The county's template of that document; None where the shipped one is in use."""
    return session().scalar(
        sa.select(PaperTemplate.content)
        .where(PaperTemplate.paper == kind, PaperTemplate.retired_at.is_(None))
        .order_by(PaperTemplate.id.desc())
        .limit(1)
    )


def in_use() -> Mapping[PaperKind, PaperTemplate]:
    """The county's own templates by document, without their content."""
    found = session().scalars(
        sa.select(PaperTemplate)
        .where(PaperTemplate.retired_at.is_(None))
        .options(selectinload(PaperTemplate.uploaded_by))
        .order_by(PaperTemplate.id)
    )
    return {PaperKind(template.paper): template for template in found}


def history() -> Sequence[PaperTemplate]:
    """Every template that was ever taken in, the latest first, without their content."""
    wanted = sa.select(PaperTemplate).options(selectinload(PaperTemplate.uploaded_by))
    return session().scalars(wanted.order_by(PaperTemplate.id.desc())).all()

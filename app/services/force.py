"""The task force of a draft (专班): who else takes part."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app import ledger
from app.db import transaction
from app.models import ForceMember
from app.queries import units as names
from app.services import steps
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.units import ForceRole

LONGEST = 120
"""Characters of a name."""


def join(actor: Actor, plan_id: int, printed: str, now: datetime) -> None:
    """Enter a unit as 成员单位 of the plan's task force; one that is in it already stays once.

    Raises Refused forbidden, missing, illegal-step, invalid.
    """
    require(actor, Act.EDIT_PLAN)
    if not 0 < len(printed) <= LONGEST:
        raise Refused("invalid", "请写明要加入专班的单位名称。")
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        places = list(s.scalars(sa.select(ForceMember).where(ForceMember.plan_id == plan_id)))
        if any(place.printed == printed for place in places):
            return
        bound = names.name_index().get(printed, names.Bound())
        member = ForceMember(
            plan_id=plan.id,
            position=max((place.position for place in places), default=-1) + 1,
            force=places[0].force if places else "",
            role=ForceRole.MEMBER,
            printed=printed,
            unit_id=bound.unit_id,
        )
        s.add(member)
        about = ledger.Subject(plan_id=plan_id, unit_id=bound.unit_id)
        ledger.append(
            s, "force.join", at=now, actor_id=actor.person_id, about=about, detail={"printed": printed}
        )

"""Where a person is reached by other ways than e-mail."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import channels
from app.models import ContactPoint
from workflows.errors import Refused


def write(s: Session, person_id: int, points: Mapping[str, str]) -> None:
    """Keep these addresses by channel, '' takes one away; channels not named stay. Raises Refused invalid.

    A new address is believed until it is refused.
    """
    held = {
        point.channel: point
        for point in s.scalars(sa.select(ContactPoint).where(ContactPoint.person_id == person_id))
    }
    for channel, address in points.items():
        if address and not channels.is_plain(address):
            raise Refused(
                "invalid", f"{channels.label(channel)}的联系方式不对：只能用字母、数字和 + - _ . @。"
            )
        point = held.get(channel)
        if point and not address:
            s.delete(point)
        elif point and point.address != address:
            point.address, point.bounced_at, point.bounce = address, None, ""
        elif address and not point:
            s.add(ContactPoint(person_id=person_id, channel=channel, address=address))

"""The form of a telephone call (电话核实)."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form


class Call(Form):
    words = StringField(
        "通话情况",
        [DataRequired("请写明谁接的电话、怎么说的。"), Length(max=200)],
        description="例如：办公室李主任接听，称已看到提醒，本周报送。",
    )

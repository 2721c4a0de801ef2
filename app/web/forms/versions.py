"""Forms of a new version: which task of the plan a new one is, and taking it."""

from __future__ import annotations

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from app.web.forms import Form

AUTOMATIC, NONE = "auto", "none"
"""Leave it to the program; it is no task of the plan."""


class Pairing(Form):
    old = SelectField("对应原任务", description="选错时改这里。选“新增”，则不对应任何原任务。")

    @property
    def is_automatic(self) -> bool:
        return bool(self.old.data == AUTOMATIC)

    @property
    def old_id(self) -> int | None:
        """The task chosen, None for none."""
        return None if self.old.data == NONE else int(self.old.data)


class Take(Form):
    seen = HiddenField(validators=[InputRequired()])

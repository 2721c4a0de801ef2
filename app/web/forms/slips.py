"""Forms of 督办单: what a person decides on them, and what a unit answers."""

from __future__ import annotations

from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional

from app.web.forms import Form
from app.web.forms.fields import VersionField, WordsField, require_words
from workflows.slips import LONGEST_REASON, LONGEST_REPLY


class Decision(Form):
    """签发 or 不予发出 for the slips ticked; their wordings and versions stand beside, one a slip."""

    slips = SelectMultipleField(coerce=int, validate_choice=False)
    verdict = StringField(validators=[Optional()])
    by = StringField("批准人", [Length(max=60, message="批准人最多60字。")])
    on = DateField("批准日期", [Optional()])
    reason = StringField("不予发出的理由", [Length(max=LONGEST_REASON, message="理由最多400字。")])


class Reply(Form):
    seen_version = VersionField()
    words = WordsField(
        "回复内容",
        [
            require_words("请写明回复内容。"),
            Length(max=LONGEST_REPLY, message=f"回复最多{LONGEST_REPLY}字，请精简后再报。"),
        ],
        description="写明未按期办理的原因、现在的进展、下步措施和预计完成日期，最多1000字。",
        render_kw={"data-limit": LONGEST_REPLY},
    )

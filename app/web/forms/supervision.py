"""Forms of the supervision office: verdicts on reports and closings, and what the office itself issues."""

from __future__ import annotations

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form


class Verdict(Form):
    """通过 or 退回, 销号 or 退回重办; only a return needs words, and the service says so."""

    verdict = HiddenField()
    words = TextAreaField("理由", [Length(max=2000, message="理由最多2000字。")])


class Several(Form):
    duties = SelectMultipleField(coerce=int, validate_choice=False)


class OfficeIssue(Form):
    outcome = StringField(
        "文号或期号",
        [DataRequired("请填写印发的文号或期号。"), Length(max=400)],
        description="例如：云督〔2025〕3号，第3期。",
    )

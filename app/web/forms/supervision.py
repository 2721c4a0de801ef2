"""Forms of the supervision office: verdicts on reports and closings, and what the office itself issues."""

from __future__ import annotations

from datetime import date

from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from app.services.verdicts import LONGEST_VERDICT, Talk
from app.web.forms import Form, offered
from app.web.forms.fields import VersionField
from workflows.errors import Refused
from workflows.lifecycle import RETURN_REASON_LABELS, ReturnReason


class Verdict(Form):
    """通过 or 退回, 销号 or 退回重办; only a return needs words, and the service says so."""

    verdict = HiddenField()
    words = TextAreaField("理由", [Length(max=2000, message="理由最多2000字。")])


class ReportVerdict(Form):
    """通过, 退回, 转核查 or 面谈 of one report; which of the fields count depends on the button."""

    verdict = HiddenField()
    seen_version = VersionField()
    reason = SelectField(
        "退回理由",
        choices=offered(
            [("", "选择退回理由"), *((r.value, words) for r, words in RETURN_REASON_LABELS.items())]
        ),
        default="",
    )
    words = TextAreaField("说明", [Length(max=LONGEST_VERDICT, message=f"最多{LONGEST_VERDICT}字。")])
    on = DateField("面谈日期", [MayBeEmpty()])
    people = StringField("和谁面谈", [Length(max=60, message="和谁面谈最多60字。")])

    @property
    def said(self) -> str:
        return (self.words.data or "").strip()

    @property
    def returned_for(self) -> ReturnReason:
        """The reason of the list; raises Refused invalid where none was chosen."""
        if not self.reason.data:
            raise Refused("invalid", "请从列表中选择退回理由，并写明具体要改什么。")
        return ReturnReason(self.reason.data)

    def talk(self, today: date) -> Talk:
        """What was said at the talk; today's, where no day was given."""
        return Talk(self.on.data or today, self.people.data or "", self.said, self.verdict.data == "agreed")


def _seen(value: str) -> tuple[int, int]:
    """A report on the page, and the version of it that was shown: 12-3."""
    duty_id, _, version = value.partition("-")
    return int(duty_id), int(version)


class Several(Form):
    duties = SelectMultipleField(coerce=_seen, validate_choice=False)


class OfficeIssue(Form):
    outcome = StringField(
        "文号或期号",
        [DataRequired("请填写印发的文号或期号。"), Length(max=400)],
        description="例如：云督〔2025〕3号，第3期。",
    )

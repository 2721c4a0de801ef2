"""Forms of one task: its progress, the request to close it, the office's answer; and the filters of the list."""

from __future__ import annotations

from wtforms import Form as PlainForm
from wtforms import RadioField, SelectField, SubmitField
from wtforms.validators import ValidationError

from app.web.forms import Form, offered
from app.web.forms.evidence import BackedForm
from app.web.forms.fields import PERCENT_WORDS, PercentField, VersionField, WordsField, require_words
from workflows.lifecycle import CLOSING_GRADE_LABELS, ClosingGrade
from workflows.light import COLOUR_LABELS, HEALTHY, PACE_LABELS, Colour, Pace

NORMAL = "healthy"
"""The choice of every task that has no warning."""


class ProgressForm(Form):
    """更新进展."""

    version = VersionField()
    percent = PercentField("完成进度（%）", description="0到100的整数。")
    done = WordsField("本期做了什么", [require_words("请写一写这段时间做了什么。")])
    problems = WordsField("存在问题", description="没有可不填。")
    next_step = WordsField("下步打算", description="写明什么时候做到什么。")

    def validate_percent(self, field: PercentField) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(PERCENT_WORDS)


class ClosingRequestForm(BackedForm):
    """申请办结."""

    version = VersionField()
    words = WordsField(
        "完成情况",
        [require_words("请写明完成情况，对照任务要求逐条说明。")],
        description="对照任务要求逐条说明，督查室据此核查销号。",
    )


class ClosingForm(BackedForm):
    """销号 or 退回重办, one set of words for either; what is closed is given its grade."""

    version = VersionField()
    words = WordsField("核查意见", description="退回时必填，让单位知道还差什么。")
    grade = RadioField("办结评价", choices=offered(CLOSING_GRADE_LABELS.items()), validate_choice=False)
    close = SubmitField("销号")
    send_back = SubmitField("退回重办")

    def validate_words(self, field: WordsField) -> None:
        if self.send_back.data and not (field.data or "").strip():
            raise ValidationError("请写明退回理由，让单位知道还差什么。")

    def validate_grade(self, field: RadioField) -> None:
        if not self.send_back.data and field.data not in set(ClosingGrade):
            raise ValidationError("请选择办结评价：优秀、良好或合格；不合格的请退回重办。")


class FilterForm(PlainForm):
    """台账的筛选. What was not understood chooses nothing."""

    plan = SelectField("计划", choices=(), coerce=int, default=0, validate_choice=False)
    unit = SelectField("单位", choices=(), coerce=int, default=0, validate_choice=False)
    light = SelectField(
        "灯色",
        choices=offered(
            [
                ("", "全部"),
                *((colour.value, words) for colour, words in COLOUR_LABELS.items()),
                (NORMAL, "绿灯和蓝灯（正常）"),
            ]
        ),
        default="",
        validate_choice=False,
    )
    pace = SelectField(
        "序时",
        choices=offered([("", "全部"), *((pace.value, words) for pace, words in PACE_LABELS.items())]),
        default="",
        validate_choice=False,
    )

    def offer(self, plans: list[tuple[int, str]], units: list[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.plan.choices = offered([(0, "全部"), *plans])
        self.unit.choices = offered([(0, "全部"), *units])

    def takes(self, colour: Colour, pace: Pace) -> bool:
        """Whether a task of that light and class is to be shown."""
        lit = self.light.data in {"", colour.value} or (self.light.data == NORMAL and colour in HEALTHY)
        return lit and self.pace.data in {"", pace.value}

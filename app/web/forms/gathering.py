"""Forms of the lead: what it makes of its units' parts, and which of them it nudges."""

from __future__ import annotations

from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import Length

from app.web.forms import Form
from app.web.forms.fields import PercentField, VersionField
from workflows.gathering import LONGEST_GATHERED, Gathered

_LONGEST = Length(max=LONGEST_GATHERED, message=f"这一栏最多{LONGEST_GATHERED}字，请精简。")


def _one_kind_of_line_end(words: str | None) -> str:
    return (words or "").replace("\r\n", "\n").strip()


class GatherForm(Form):
    """牵头汇总: filled with what was saved, or with the parts put together."""

    seen_version = VersionField()
    percent = PercentField("累计完成（%）")
    done = TextAreaField("本月进展", [_LONGEST], filters=[_one_kind_of_line_end])
    problems = TextAreaField("存在问题", [_LONGEST], filters=[_one_kind_of_line_end])
    next_step = TextAreaField("下步打算", [_LONGEST], filters=[_one_kind_of_line_end])

    def show(self, words: Gathered) -> None:
        """Put these words where the page shows them."""
        for field, value in (
            (self.percent, words.percent),
            (self.done, words.done),
            (self.problems, words.problems),
            (self.next_step, words.next_step),
        ):
            field.data, field.raw_data = value, None

    @property
    def gathered(self) -> Gathered:
        return Gathered(
            self.percent.data, self.done.data or "", self.problems.data or "", self.next_step.data or ""
        )


class NudgeForm(Form):
    """Which reports are nudged; none named means all that are lacking."""

    duties = SelectMultipleField(coerce=int, validate_choice=False)

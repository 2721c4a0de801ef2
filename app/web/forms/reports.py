"""The month's page: one small form a task, all in one page."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms import Form as PlainForm

from app.web.forms import Form
from app.web.forms.fields import PercentField, VersionField, WordsField

NO_CHANGE = "本月无变化。"


class MonthForm(Form):
    """The page itself: nothing but its token. The rows are `RowForm`s."""


class RowForm(PlainForm):
    """One task's row. `shown` is a digest of what the page showed, so that a row nobody touched is known as such."""

    version = VersionField()
    shown = HiddenField()
    percent = PercentField("完成进度（%）")
    done = WordsField("本月进展")
    problems = WordsField("存在问题")
    next_step = WordsField("下步打算")
    unchanged = BooleanField("本月无变化")

    class Meta:
        locales = ("zh",)

    @property
    def words(self) -> tuple[str, str, str]:
        return (self.done.data or "", self.problems.data or "", self.next_step.data or "")

    @property
    def touched(self) -> bool:
        """Whether the person changed anything since the page was shown, a figure we could not read included."""
        return bool(self.errors or self.unchanged.data) or self.shown.data != self.digest()

    def digest(self) -> str:
        """A short fingerprint of the row's words and figure."""
        facts = "\x1f".join([str(self.percent.data), *self.words])
        return blake2b(facts.encode(), digest_size=12).hexdigest()

    def take(self, percent: int | None) -> None:
        """本月无变化: last month's figure and the set phrase, wherever nothing else was typed."""
        if self.percent.data is None and not self.percent.errors:
            self.percent.data, self.percent.raw_data = percent, None
        if not self.done.data:
            self.done.data = NO_CHANGE

    def show(self, version: int, **facts: Any) -> None:
        """Put a report's words, or the newer version alone, where the page will show them."""
        self.version.data = version
        for name, value in facts.items():
            field = self[name]
            field.data, field.raw_data = value, None
        if facts:
            self.shown.data = self.digest()

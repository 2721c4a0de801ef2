"""The month's page: one small form a task, all in one page."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms import Form as PlainForm

from app.web.forms import Form, offered
from app.web.forms.fields import PercentField, VersionField, WordsField
from workflows.lifecycle import ON_TIME_LABELS, OnTime
from workflows.light import NO_CHANGE

UNANSWERED = ""


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
    on_time = SelectField(
        "能否按期",
        choices=offered([(UNANSWERED, "不填"), *((a.value, words) for a, words in ON_TIME_LABELS.items())]),
        default=UNANSWERED,
    )
    waiting = BooleanField("按计划等待")

    class Meta:
        locales = ("zh",)

    @property
    def words(self) -> tuple[str, str, str]:
        return (self.done.data or "", self.problems.data or "", self.next_step.data or "")

    @property
    def answer(self) -> OnTime | None:
        """能否按期, where it was answered."""
        return OnTime(self.on_time.data) if self.on_time.data else None

    @property
    def typed(self) -> tuple[str, ...]:
        """Everything that was said in words or ticked, to be given back when the row has no fields any more."""
        answered = f"能否按期：{ON_TIME_LABELS[self.answer]}" if self.answer else ""
        return tuple(filter(None, (*self.words, answered, "按计划等待" if self.waiting.data else "")))

    @property
    def touched(self) -> bool:
        """Whether the person changed anything since the page was shown, a figure we could not read included."""
        return bool(self.errors or self.unchanged.data) or self.shown.data != self.digest()

    def digest(self) -> str:
        """A short fingerprint of the row's words and figure."""
        ticked = (self.on_time.data or UNANSWERED, str(bool(self.waiting.data)))
        facts = "\x1f".join([str(self.percent.data), *self.words, *ticked])
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

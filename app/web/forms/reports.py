"""The month's page: one small form a task, all in one page; and the forms of those who sign and correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, Optional

from app.queries.background import Background, Indicator
from app.services.entries import LONGEST_WORDS, SCHEDULES
from app.web.forms import Form, offered
from app.web.forms.fields import FigureField, PercentField, VersionField, WordsField, require_words
from app.web.forms.plans import Day
from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, Cause, OnTime
from workflows.light import NO_CHANGE, NO_CHANGE_PERIOD, PACE_LABELS, Pace

UNANSWERED = ""
MEASURE = "measure_"
NO_SUCH_UNIT = "没有找到这个单位，请从名单中选择或写全称。"


class MonthForm(Form):
    """The page itself: its token, and who stands behind what is filed (审签人). The rows are `RowForm`s."""

    signed_by = StringField("审签人", [Length(max=60, message="姓名最多60字。")])


def _choice(label: str, pairs: Sequence[tuple[str, str]], unanswered: str = "不填") -> SelectField:
    return SelectField(label, choices=offered([(UNANSWERED, unanswered), *pairs]), default=UNANSWERED)


def _words(label: str) -> WordsField:
    return WordsField(label, longest=LONGEST_WORDS)


class RowForm(PlainForm):
    """One task's row. `shown` is a digest of what the page showed, so that a row nobody touched is known as such."""

    version = VersionField()
    shown = HiddenField()
    percent = PercentField("完成进度（%）")
    occurred = BooleanField("本期已开展")
    schedule = _choice("是否达序时", [(one.value, PACE_LABELS[one]) for one in SCHEDULES])
    done = _words("本月进展")
    problems = _words("存在问题")
    cause = _choice("原因", [(one.value, words) for one, words in CAUSE_LABELS.items()], "请选择")
    help_words = _words("需协调事项")
    help_unit = StringField("需哪个单位协调")
    next_step = _words("下步打算")
    next_on = Day("预计完成日期", [Optional()])
    unchanged = BooleanField("本月无变化")
    unchanged_reason = _words("连续无变化的原因")
    on_time = _choice("能否按期", [(one.value, words) for one, words in ON_TIME_LABELS.items()])
    waiting = BooleanField("按计划等待")

    class Meta:
        locales = ("zh",)

    indicators: Sequence[Indicator] = ()
    recurs = False
    measured = False
    help_unit_id: int | None = None

    def suit(self, background: Background, *, monthly: bool) -> None:
        """Ask what this task can be asked: values in place of a percentage, whether what recurs was held; and speak of
        the period where it is no month."""
        self.indicators, self.recurs = background.indicators, background.recurs
        self.measured = background.is_measured
        if not monthly:
            self.done.label.text, self.unchanged.label.text = "本期进展", "本期无变化"

    @property
    def figures(self) -> tuple[tuple[Indicator, Any], ...]:
        """Each indicator with its field."""
        return tuple((one, self[f"{MEASURE}{one.commitment_id}"]) for one in self.indicators)

    @property
    def asks_percent(self) -> bool:
        return not (self.recurs or self.measured)

    @property
    def words(self) -> tuple[str, ...]:
        fields = (self.done, self.problems, self.next_step, self.help_words, self.unchanged_reason)
        return tuple(field.data or "" for field in fields)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen or written in a line, as it was posted."""
        lines = (self.on_time, self.schedule, self.cause, self.help_unit, self.next_on)
        return tuple(str(field.data or UNANSWERED) for field in lines)

    @property
    def typed(self) -> tuple[str, ...]:
        """Everything that was said in words or ticked, to be given back when the row has no fields any more."""
        answered = f"能否按期：{ON_TIME_LABELS[OnTime(self.on_time.data)]}" if self.on_time.data else ""
        return tuple(filter(None, (*self.words, answered, "按计划等待" if self.waiting.data else "")))

    @property
    def touched(self) -> bool:
        """Whether the person changed anything since the page was shown, a figure we could not read included."""
        return bool(self.errors) or self.shown.data != self.digest()

    def digest(self) -> str:
        """A short fingerprint of the row's words, figures and choices."""
        ticks = (self.unchanged, self.waiting, self.occurred)
        figures = [str(field.data or "") for _, field in self.figures]
        ticked = [str(bool(tick.data)) for tick in ticks]
        facts = "\x1f".join([str(self.percent.data), *self.words, *self.chosen, *ticked, *figures])
        return blake2b(facts.encode(), digest_size=12).hexdigest()

    def resolve(self, units: Mapping[str, int]) -> None:
        """Find the unit whose help is needed by its name; one that is not known is an error beside the field."""
        name = (self.help_unit.data or "").strip()
        self.help_unit_id = units.get(name)
        if name and self.help_unit_id is None:
            self.help_unit.errors = [*self.help_unit.errors, NO_SUCH_UNIT]

    def take(self, background: Background, *, monthly: bool) -> None:
        """本月无变化: the figures before and the set phrase, wherever nothing else was typed."""
        before = background.before
        if before and self.asks_percent and self.percent.data is None and not self.percent.errors:
            self.percent.data, self.percent.raw_data = before.percent, None
        for indicator, field in self.figures:
            field.data = field.data or indicator.before
        if not self.done.data:
            self.done.data = NO_CHANGE if monthly else NO_CHANGE_PERIOD

    def show(self, version: int, **facts: Any) -> None:
        """Put a report's words, or the newer version alone, where the page will show them."""
        self.version.data = version
        for name, value in facts.items():
            field = self[name]
            field.data, field.raw_data = value, None
        if facts:
            self.shown.data = self.digest()

    def answers(self) -> dict[str, Any]:
        """What the fields say, by the names an entry has for it."""
        return {
            "percent": self.percent.data if self.asks_percent else None,
            "done": self.done.data or "",
            "problems": self.problems.data or "",
            "next_step": self.next_step.data or "",
            "seen_version": self.version.seen,
            "on_time": OnTime(self.on_time.data) if self.on_time.data else None,
            "waiting": bool(self.waiting.data),
            "measures": {one.commitment_id: field.data or "" for one, field in self.figures},
            "occurred": bool(self.occurred.data) if self.recurs else None,
            "schedule": Pace(self.schedule.data) if self.schedule.data else None,
            "cause": Cause(self.cause.data) if self.cause.data else None,
            "help_words": self.help_words.data or "",
            "help_unit_id": self.help_unit_id,
            "next_on": self.next_on.data,
            "unchanged": bool(self.unchanged.data),
            "unchanged_reason": self.unchanged_reason.data or "",
        }


def row_form(background: Background, data: Any, *, prefix: str, monthly: bool) -> RowForm:
    """The form over one task, with a field for each of its indicators; `data` is what was posted, or None."""
    fields = {
        f"{MEASURE}{one.commitment_id}": FigureField(
            f"{one.name}（{one.unit}）" if one.unit else one.name, one.unit
        )
        for one in background.indicators
    }
    suited = type("RowForm", (RowForm,), fields) if fields else RowForm
    form: RowForm = suited(data, prefix=prefix)
    form.suit(background, monthly=monthly)
    return form


class SignForm(Form):
    """审签报送: its token; which reports, and which version of each, stands in boxes beside them."""


class RefusalForm(Form):
    """退回修改 within the unit."""

    version = VersionField()
    words = WordsField("要改什么", [require_words("请写明要改什么。")], longest=LONGEST_WORDS)


class CorrectionForm(Form):
    """更正: beside the row itself, why."""

    reason = WordsField("更正原因", [require_words("请写明为什么更正。")], longest=LONGEST_WORDS)


class VersionForm(Form):
    """A button that acts on what was seen."""

    version = VersionField()

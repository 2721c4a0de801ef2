"""Forms of the rules: a ladder as rows of rungs, the report days and the lights as fields of their own names.

Figures are typed as words and read here, so that what cannot be read comes back as it was typed, with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.forms import Form, offered
from app.web.forms.fields import VersionField
from workflows.cadence import (
    RHYTHM_LABELS,
    ROLL_LABELS,
    SIGNOFF_LABELS,
    CadenceRules,
    Rhythm,
    Roll,
    Signoff,
)
from workflows.commitments import TASK_KIND_LABELS, TaskKind
from workflows.errors import Refused
from workflows.escalation import AUDIENCE_LABELS, DRAFTED, LETTER_LABELS, Audience, Ladder, LetterKind, Rung
from workflows.light import THRESHOLD_LABELS, LightRules
from workflows.requests import RequestRules
from workflows.rulewords import CADENCE, REQUESTS, Shape, Spec, typed_of

OPENING, BEFORE, ON, AFTER = "opening", "before", "on", "after"
SIDES = offered([(OPENING, "开放时"), (BEFORE, "到期前"), (ON, "到期当日"), (AFTER, "逾期")])
NOT_OF_A_LADDER = frozenset(
    {LetterKind.ANSWER, LetterKind.REQUEST, LetterKind.VERIFY, LetterKind.NUDGE, LetterKind.ISSUED}
)
LETTERS = offered(
    (kind.value, words if kind not in DRAFTED else f"拟{words}")
    for kind, words in LETTER_LABELS.items()
    if kind not in NOT_OF_A_LADDER
)
SLIPS = offered(
    [("", "不拟"), *((kind.value, LETTER_LABELS[kind]) for kind in LetterKind if kind in DRAFTED)]
)
POSTS = offered((post.value, words) for post, words in AUDIENCE_LABELS.items())


class Boxes(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Reading:
    """Reads typed figures; what it cannot read is kept as a sentence, and all sentences are raised together."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def whole(self, text: str | None, label: str, empty: int | None = None) -> int:
        """A whole number, with or without 日, 时 and the like behind it."""
        typed = (text or "").strip()
        if not typed and empty is not None:
            return empty
        found = re.fullmatch(r"(-?\d{1,4})\s*[^\d\s]{0,4}", typed)
        if found is None:
            self.faults.append(f"{label}请填整数，例如 3。")
            return empty or 0
        return int(found[1])

    def done(self) -> None:
        """Return when everything could be read; raises Refused invalid."""
        if self.faults:
            raise Refused("invalid", "".join(self.faults))


# ------------------------------------------------------------------------------------------- a ladder


class RungRow(PlainForm):
    side = SelectField("时间", choices=SIDES, default=AFTER)
    days = StringField("工作日")
    letter = SelectField("信件", choices=LETTERS, default=LetterKind.URGE.value)
    audience = Boxes("主送", choices=POSTS)
    copies = Boxes("抄送", choices=POSTS)
    slip = SelectField("随附拟单", choices=SLIPS)
    every = StringField("每隔工作日")
    times = StringField("最多次数")
    receipt = BooleanField("确认收到后才发")
    urgent = BooleanField("立即发")


class LadderForm(Form):
    """One ladder. `press` says which button: save, add, or remove-N."""

    seen_version = VersionField()
    rungs = FieldList(FormField(RungRow), max_entries=21)
    hour = StringField("发出时刻", description="8至19时")
    late_spacing = StringField(
        "补发后至少隔", description="工作日：系统停过、迟发了一级，下一级至少再等这么久"
    )
    checks = StringField("请督查室核实", description="最多次数：单位没有确认收到时")

    def ladder(self) -> Ladder:
        """The ladder as typed, its rungs in the order of their days; raises Refused invalid for what is no number."""
        reading = Reading()
        rungs = [_rung(row.form, number, reading) for number, row in enumerate(self.rungs, start=1)]
        found = Ladder(
            tuple(sorted(rungs, key=lambda rung: -999 if rung.offset is None else rung.offset)),
            reading.whole(self.hour.data, "发出时刻"),
            reading.whole(self.late_spacing.data, "补发后的最小间隔"),
            reading.whole(self.checks.data, "核实次数"),
        )
        reading.done()
        return found


def _rung(row: RungRow, number: int, reading: Reading) -> Rung:
    return Rung(
        _offset(row, number, reading),
        LetterKind(row.letter.data),
        tuple(Audience(post) for post in row.audience.data or ()),
        tuple(Audience(post) for post in row.copies.data or ()),
        LetterKind(row.slip.data) if row.slip.data else None,
        reading.whole(row.every.data, f"第{number}级的重复间隔", 0),
        reading.whole(row.times.data, f"第{number}级的重复次数", 0),
        bool(row.receipt.data),
        bool(row.urgent.data),
    )


def _offset(row: RungRow, number: int, reading: Reading) -> int | None:
    if row.side.data in {OPENING, ON}:
        return None if row.side.data == OPENING else 0
    days = reading.whole(row.days.data, f"第{number}级的天数")
    if days < 1 and not reading.faults:
        reading.faults.append(f"第{number}级的天数请填1以上的整数；到期当日请在左边选。")
    return -days if row.side.data == BEFORE else days


def typed_ladder(ladder: Ladder) -> dict[str, Any]:
    """A ladder as it stands in the form."""
    return {
        "rungs": [_typed_rung(rung) for rung in ladder.rungs],
        "hour": str(ladder.hour),
        "late_spacing": str(ladder.late_spacing),
        "checks": str(ladder.checks),
    }


def _typed_rung(rung: Rung) -> dict[str, Any]:
    side = (
        OPENING if rung.offset is None else ON if rung.offset == 0 else BEFORE if rung.offset < 0 else AFTER
    )
    return {
        "side": side,
        "days": str(abs(rung.offset)) if rung.offset else "",
        "letter": rung.letter.value,
        "audience": [post.value for post in rung.audience],
        "copies": [post.value for post in rung.copies],
        "slip": rung.slip.value if rung.slip else "",
        "every": str(rung.every or ""),
        "times": str(rung.times or ""),
        "receipt": rung.receipt,
        "urgent": rung.urgent,
    }


# ------------------------------------------------------------------------------------------- days and lights


class FieldsForm(Form):
    """A form whose fields are the parts of a rule; the subclasses are made from those parts."""

    seen_version = VersionField()


def _made(name: str, parts: Mapping[str, Any]) -> type[FieldsForm]:
    return type(name, (FieldsForm,), dict(parts))


def _typed_in(spec: Spec) -> Any:
    if spec.shape is Shape.ROLL:
        return SelectField(
            spec.label, choices=offered((roll.value, words) for roll, words in ROLL_LABELS.items())
        )
    if spec.shape is Shape.SIGNOFF:
        return SelectField(
            spec.label, choices=offered((asked.value, words) for asked, words in SIGNOFF_LABELS.items())
        )
    return StringField(spec.label, description=spec.unit)


def _rhythm_fields() -> Iterator[tuple[str, Any]]:
    choices = offered((rhythm.value, words) for rhythm, words in RHYTHM_LABELS.items())
    for kind, words in TASK_KIND_LABELS.items():
        yield f"rhythm-{kind.value}", SelectField(f"{words}任务", choices=choices)


CadenceForm = _made(
    "CadenceForm",
    {
        **{name: _typed_in(spec) for name, spec in CADENCE.items() if spec.shape is not Shape.RHYTHM},
        **dict(_rhythm_fields()),
        **{f"requests-{name}": _typed_in(spec) for name, spec in REQUESTS.items()},
    },
)
LightForm = _made("LightForm", {name: StringField(label) for name, label in THRESHOLD_LABELS.items()})


def typed_cadence(days: CadenceRules, limits: RequestRules) -> dict[str, str]:
    """The report days and the limits of requests as they stand in the form."""
    plain = {name: spec for name, spec in CADENCE.items() if spec.shape is not Shape.RHYTHM}
    return {
        **{name: typed_of(spec, getattr(days, name)) for name, spec in plain.items()},
        **{f"rhythm-{kind.value}": days.rhythm_of(kind).value for kind in TaskKind},
        **{f"requests-{name}": typed_of(spec, getattr(limits, name)) for name, spec in REQUESTS.items()},
    }


def read_cadence(typed: Mapping[str, str]) -> tuple[CadenceRules, RequestRules]:
    """The report days and limits as typed; raises Refused invalid with one sentence for each field it cannot read."""
    reading = Reading()
    days = {name: _read(spec, name, typed, reading) for name, spec in CADENCE.items()}
    limits = {
        name: reading.whole(typed.get(f"requests-{name}"), spec.label) for name, spec in REQUESTS.items()
    }
    reading.done()
    return CadenceRules(**days), RequestRules(**limits)


def _read(spec: Spec, name: str, typed: Mapping[str, str], reading: Reading) -> Any:
    if spec.shape is Shape.RHYTHM:
        chosen = {kind: Rhythm(typed.get(f"rhythm-{kind.value}") or Rhythm.MONTHLY) for kind in TaskKind}
        return {kind: rhythm for kind, rhythm in chosen.items() if rhythm is not Rhythm.MONTHLY}
    text = typed.get(name) or ""
    if spec.shape is Shape.ROLL:
        return Roll(text)
    if spec.shape is Shape.SIGNOFF:
        return Signoff(text)
    if spec.shape in {Shape.DAY, Shape.COUNT}:
        return reading.whole(text, spec.label)
    return _several(spec, text, reading)


_DATE = re.compile(r"(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?")
_WANTED = {Shape.DATE: 1, Shape.DAYS: 2}


def _several(spec: Spec, text: str, reading: Reading) -> Any:
    """One date, two days, or a row of dates; term ends are two."""
    wanted = 2 if spec is CADENCE["term_ends"] else _WANTED.get(spec.shape)
    parts = [part for part in re.split(r"[、,，;；\s]+", text.strip()) if part]
    found = [_day(part) if spec.shape is Shape.DAYS else _month_day(part) for part in parts]
    if None in found or (wanted is not None and len(found) != wanted):
        reading.faults.append(f"{spec.label}没有看懂，请按“{spec.unit}”填写。")
        return (1, 1)
    return found[0] if spec.shape is Shape.DATE else tuple(found)


def _day(part: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2})日?", part)
    return int(found[1]) if found else None


def _month_day(part: str) -> tuple[int, int] | None:
    found = _DATE.fullmatch(part)
    return (int(found[1]), int(found[2])) if found else None


def typed_light(rules: LightRules) -> dict[str, str]:
    """The thresholds as they stand in the form."""
    return {name: f"{value:g}" for name, value in rules.as_json().items()}


def read_light(typed: Mapping[str, str]) -> LightRules:
    """The thresholds as typed; raises Refused invalid."""
    body: dict[str, float] = {}
    for name, label in THRESHOLD_LABELS.items():
        text = (typed.get(name) or "").strip().removesuffix("%")
        if not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", text):
            raise Refused("invalid", f"{label}请填数字，例如 10。")
        body[name] = float(text) if "." in text else int(text)
    return LightRules.from_json(body)


# ------------------------------------------------------------------------------------------- replies, trying, taking


def replies_form(labels: Iterable[tuple[LetterKind, str]]) -> type[FieldsForm]:
    """The days for answers, one field a kind of slip."""
    return _made(
        "RepliesForm",
        {kind.value: StringField(words, description="工作日，0为不要求书面回复") for kind, words in labels},
    )


RepliesForm = replies_form((kind, LETTER_LABELS[kind]) for kind in LetterKind if kind in DRAFTED)


def read_replies(typed: Mapping[str, str]) -> dict[str, int]:
    """The days as typed; raises Refused invalid."""
    reading = Reading()
    days = {
        kind.value: reading.whole(typed.get(kind.value), f"{LETTER_LABELS[kind]}的回复期限")
        for kind in LetterKind
        if kind in DRAFTED
    }
    reading.done()
    return days


class BeginForm(Form):
    plan = IntegerField(default=0)


class QuestionForm(PlainForm):
    """What is to be foretold; comes in the address, so that the answer can be sent to a colleague."""

    plan = SelectField("计划", coerce=int)
    weeks = IntegerField("几周", [NumberRange(1, 26, "请填1到26周。")], default=8)
    assumed = SelectField("假定")
    moves = BooleanField("未办事项也移到新版")
    limit = IntegerField("每周最多几封", [NumberRange(1, 99, "请填1到99封。")], default=5)


class TakeForm(Form):
    seen_version = VersionField()
    seen_in_force = VersionField()
    plans = Boxes("从现在起按新版执行的计划", coerce=int)
    note = TextAreaField(
        "为什么这样改",
        [Length(max=400, message="说明最多400字。")],
        description="记入版本说明和台账，例如：依据哪次会议，解决什么问题。",
    )

    def offer(self, plans: Sequence[tuple[int, str]]) -> None:
        """Give the boxes the running plans."""
        self.plans.choices = offered(plans)

"""Forms of 年度考核: entries with their documents, the cut-off, appeals and the decisions on them, the scheme.

Points are typed as people say them (2, 0.5) and held in hundredths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.intake.proofs import ACCEPTED
from app.web.forms import Form, offered
from app.web.forms.fields import VersionField, WordsField, require_words
from workflows.appraisal import (
    CHARGE_LABELS,
    GRADE_LABELS,
    GROUP_LABELS,
    Grade,
    Item,
    Membership,
    Scheme,
    said,
)
from workflows.commitments import TASK_KIND_LABELS
from workflows.errors import Refused
from workflows.lifecycle import CLOSING_GRADE_LABELS, ENTRY_KIND_LABELS, EntryKind
from workflows.units import KIND_LABELS, SHARE_LABELS

LONGEST_APPEAL = 2000


class PointsField(StringField):
    """Points with at most two places behind the point; None when left empty, kept as typed when they cannot be read."""

    points: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (valuelist[0] if valuelist else "").strip()
        self.points = hundredths_of(self.data)
        if self.data and self.points is None:
            raise ValueError(f"{self.label.text}请填数，最多两位小数，例如 1.5。")


def hundredths_of(text: str) -> int | None:
    """Hundredths of what was typed; None for what is no such number."""
    found = re.fullmatch(r"([-−+]?)(\d{1,5})(?:[.．](\d{1,2}))?\s*分?", text)
    if found is None:
        return None
    sign = -1 if found[1] in {"-", "−"} else 1
    return sign * (int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0")))


class Boxes(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class BeginForm(Form):
    plan_id = StringField()
    year = StringField()


class EntryForm(Form):
    """登记: 加分, 扣分, 否决, 专项评估, 检查结果, 年度核查."""

    kind = SelectField(
        "类别", choices=offered((kind.value, words) for kind, words in ENTRY_KIND_LABELS.items())
    )
    unit_id = SelectField("单位", coerce=int)
    item = StringField(
        "情形", [Length(max=60, message="情形最多60字。")], description="例如：省级表彰、失实、弄虚作假。"
    )
    points = PointsField("分数", description="加分、扣分填分数；评估、检查、核查填百分制得分；否决不填。")
    document_number = StringField(
        "依据文号",
        [InputRequired("请填写所依据文件的文号。"), Length(max=120)],
        description="例如：×政督〔2025〕12号。",
    )
    words = WordsField("事由", [require_words("请写明事由。")], longest=400, render_kw={"data-limit": 400})
    finding = FileField(
        "认定文书", description="否决必须上传；其他类别可以不传。", render_kw={"accept": ACCEPTED}
    )
    unclassified = BooleanField("我已核对：上传的文件不涉及国家秘密（密级自查，上传时必勾）")

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        self.unit_id.choices = offered(units)

    @property
    def entry_kind(self) -> EntryKind:
        return EntryKind(self.kind.data)


class WithdrawForm(Form):
    words = StringField("撤回理由", [InputRequired("请写明撤回的理由。"), Length(max=400)])


class CutoffForm(Form):
    seen_version = VersionField()
    cutoff_on = DateField(
        "数据截止日",
        [InputRequired("请填写数据截止日。")],
        description="今天以前的日子；这一天以后的数据不计。",
    )


class StepForm(Form):
    """A step that needs nothing but the version the page has seen."""

    seen_version = VersionField()


class ArchiveForm(Form):
    seen_version = VersionField()
    number = StringField(
        "结果通报文号",
        [InputRequired("请填写文号。"), Length(max=80)],
        description="例如：×政督〔2026〕3号。",
    )


class AppealForm(Form):
    item = SelectField("对哪一项有意见")
    words = WordsField(
        "事实和理由",
        [require_words("请写明申诉的事实和理由。")],
        longest=LONGEST_APPEAL,
        description="写明哪一条记录不对、实际情况、依据的文件或凭证。",
        render_kw={"data-limit": LONGEST_APPEAL},
    )
    signed_by = StringField(
        "签字的主要负责人",
        [InputRequired("申诉以单位名义提出，请填写签字的主要负责人。"), Length(max=60)],
        description="姓名和职务，例如：局长某某。",
    )

    def offer(self, items: Iterable[str]) -> None:
        self.item.choices = offered([("", "总分"), *((item, item) for item in items)])


class DecisionForm(Form):
    seen_version = VersionField()
    verdict = SelectField("决定", choices=offered([("uphold", "采纳"), ("reject", "不予采纳")]))
    change = PointsField("改动的分数", description="加分填正数，减分填负数；只撤回登记、不另改分的填0。")
    reason = WordsField(
        "复核的事实和理由",
        [require_words("请写明理由。")],
        longest=LONGEST_APPEAL,
        render_kw={"data-limit": LONGEST_APPEAL},
    )


class WeightsForm(Form):
    """The fields, one a task, stand beside; they are read by `weights`."""

    seen_version = VersionField()


def weights(typed: Mapping[str, str], task_ids: Iterable[int]) -> dict[int, int]:
    """Task → weight in per cent, as typed in weight-<id>; raises Refused invalid."""
    found = {}
    for task_id in task_ids:
        text = typed.get(f"weight-{task_id}", "1").strip() or "1"
        weight = hundredths_of(text)
        if weight is None:
            raise Refused("invalid", f"权重“{text}”读不懂，请填数，例如 1、1.5、2。")
        found[task_id] = weight
    return found


# ------------------------------------------------------------------------------------------- the scheme


class ItemRow(PlainForm):
    key = StringField("编号")
    label = StringField("名称")
    full = StringField("满分")
    formula = StringField("公式")
    groups = Boxes("只用于", choices=offered((group.value, words) for group, words in GROUP_LABELS.items()))


class GroupRow(PlainForm):
    group = StringField("组")
    kinds = Boxes("单位类别", choices=offered((kind.value, words) for kind, words in KIND_LABELS.items()))
    shares = Boxes("责任分工", choices=offered((share.value, words) for share, words in SHARE_LABELS.items()))


_TABLES: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "shares": ("责任分工权重（1为一般）", SHARE_LABELS),
    "kinds": ("任务类型权重（1为一般）", TASK_KIND_LABELS),
    "quality": ("办结评价折算（%）", CLOSING_GRADE_LABELS),
    "tariff": ("每件扣分（分）", CHARGE_LABELS),
    "lines": (
        "等次线（分）",
        {grade: GRADE_LABELS[grade] for grade in (Grade.EXCELLENT, Grade.GOOD, Grade.PASS)},
    ),
}
_NUMBERS: Mapping[str, str] = {
    "additions_cap": "加分上限（分）",
    "deductions_cap": "扣分上限（分）",
    "best_percent": "优秀不超过本组（%）",
    "weight_of_quarters": "四季均分比重（%）",
}
_PER_CENT = frozenset({"quality", "best_percent", "weight_of_quarters"})
"""Held as they are typed, not as hundredths."""


class SchemeFields(Form):
    """One version of the scheme as rows and fields. `press` says which button: save, add, or remove-N."""

    seen_version = VersionField()
    items = FieldList(FormField(ItemRow), max_entries=30)
    memberships = FieldList(FormField(GroupRow), max_entries=len(GROUP_LABELS))
    exempt = Boxes(
        "不参加考核的单位类别", choices=offered((kind.value, words) for kind, words in KIND_LABELS.items())
    )
    vetoes = WordsField(
        "否决情形",
        longest=800,
        description="一行一种；登记否决时须附认定文书。",
        render_kw={"data-limit": 800},
    )

    def figures(self, table: str) -> list[Any]:
        """The fields of one table of figures, in their order."""
        return [self[f"{table}-{key.value}"] for key in _TABLES[table][1]]

    def numbers(self) -> list[Any]:
        return [self[name] for name in _NUMBERS]

    @property
    def tables(self) -> list[tuple[str, list[Any]]]:
        """Heading and fields of each table."""
        return [(heading, self.figures(name)) for name, (heading, _) in _TABLES.items()]

    def body(self) -> dict[str, Any]:
        """The scheme's body as typed; raises Refused invalid with a sentence for what is no number."""
        reading = _Reading()
        tables = {
            name: {key.value: reading.number(self[f"{name}-{key.value}"], name) for key in keys}
            for name, (_, keys) in _TABLES.items()
        }
        numbers = {name: reading.number(self[name], name) for name in _NUMBERS}
        items = [_item(row.form, number, reading) for number, row in enumerate(self.items, start=1)]
        reading.done()
        return {
            **tables,
            **numbers,
            "items": items,
            "memberships": [_membership(row.form) for row in self.memberships],
            "exempt": list(self.exempt.data or ()),
            "vetoes": [line.strip() for line in (self.vetoes.data or "").splitlines() if line.strip()],
        }


SchemeForm: type[SchemeFields] = type(
    "SchemeForm",
    (SchemeFields,),
    {
        **{
            f"{name}-{key.value}": StringField(words)
            for name, (_, keys) in _TABLES.items()
            for key, words in keys.items()
        },
        **{name: StringField(label) for name, label in _NUMBERS.items()},
    },
)


class _Reading:
    """Reads typed figures; what it cannot read is kept as a sentence, and all sentences are raised together."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def number(self, field: Any, name: str) -> int:
        return self.points(field.data, field.label.text, per_cent=name in _PER_CENT)

    def points(self, text: str | None, label: str, *, per_cent: bool = False) -> int:
        found = hundredths_of((text or "").strip().removesuffix("%").removesuffix("％"))
        if found is None or (per_cent and found % 100):
            self.faults.append(f"{label}请填{'整数' if per_cent else '数，最多两位小数'}。")
            return 0
        return found // 100 if per_cent else found

    def done(self) -> None:
        if self.faults:
            raise Refused("invalid", "".join(self.faults))


def _item(row: Any, number: int, reading: _Reading) -> dict[str, Any]:
    full = reading.points(row.full.data, f"第{number}项的满分")
    key = (row.key.data or "").strip() or f"item-{number}"
    groups = list(row.groups.data or ())
    label, formula = (row.label.data or "").strip(), (row.formula.data or "").strip()
    return {"key": key[:24], "label": label, "full": full, "formula": formula, "groups": groups}


def _membership(row: Any) -> dict[str, Any]:
    return {
        "group": row.group.data,
        "kinds": list(row.kinds.data or ()),
        "shares": list(row.shares.data or ()),
    }


def typed_scheme(scheme: Scheme) -> dict[str, Any]:
    """A scheme as it stands in the form."""
    body = scheme.as_json()
    tables = {
        f"{name}-{key}": str(value) if name in _PER_CENT else said(value)
        for name in _TABLES
        for key, value in body[name].items()
    }
    numbers = {name: str(body[name]) if name in _PER_CENT else said(body[name]) for name in _NUMBERS}
    return {
        **tables,
        **numbers,
        "items": [_typed_item(item) for item in scheme.items],
        "memberships": [_typed_membership(rule) for rule in scheme.memberships],
        "exempt": body["exempt"],
        "vetoes": "\n".join(scheme.vetoes),
    }


def _typed_item(item: Item) -> dict[str, Any]:
    return {**item.as_json(), "full": said(item.full)}


def _typed_membership(rule: Membership) -> dict[str, Any]:
    return rule.as_json()


def yesterday_or(year: int, yesterday: date) -> date:
    """The cut-off a page proposes: the year's last day once it has passed, else yesterday."""
    return min(yesterday, date(year, 12, 31))

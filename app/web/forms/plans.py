"""Forms of the plans: upload, names, tasks, issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import wtforms
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.web.forms import Form, offered
from workflows.commitments import (
    COMMITMENT_LABELS,
    COMPARISON_LABELS,
    TASK_KIND_LABELS,
    CommitmentKind,
    Comparison,
    TaskKind,
)
from workflows.document.model import RECURRENCE_LABELS
from workflows.redraft import Promise, shortcoming
from workflows.units import KIND_LABELS, UnitKind

UNIT_KINDS = offered((kind.value, words) for kind, words in KIND_LABELS.items())


class Day(DateField):
    """A date whose error says how to write one."""

    @property
    def raw_typed(self) -> bool:
        """Whether anything was typed, be it a date or not."""
        return bool(self.data or any(typed.strip() for typed in self.raw_data or ()))

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("没有这一天。请按 2025-12-31 的样子填写。") from None


class NewPlan(Form):
    file = FileField(
        "文件",
        description="Word（.docx）、带文字的 PDF、Excel 或 CSV 清单、网页、文本都可以，也可以直接粘贴文字。",
    )
    text = TextAreaField("或者粘贴文字", description="从文件里复制正文，含任务和责任单位的部分即可。")
    title = StringField("计划名称", [Length(max=300)], description="不填时取文件自己的标题。")


class PlanHead(Form):
    title = StringField("计划名称", [DataRequired("请填写计划名称。"), Length(max=300)])
    document_number = StringField(
        "文号", [Length(max=80)], description="例如：云政发〔2025〕3号；没有可不填。"
    )


class Bind(Form):
    printed = HiddenField(validators=[DataRequired()])
    bound = SelectField("对应到", validate_choice=False)


class NewName(Form):
    printed = HiddenField(validators=[DataRequired()])
    kind = SelectField("类别", choices=UNIT_KINDS)
    many = SelectField("是", choices=offered([("", "一个单位"), ("1", "这一类的所有单位")]))

    @property
    def unit_kind(self) -> UnitKind:
        return UnitKind(self.kind.data)


class FilesThrough(Form):
    through = SelectField("归口填报单位", coerce=int)


class CommitmentRow(wtforms.Form):
    """One line of 分解要点; a line in which nothing is chosen and nothing written is no line."""

    class Meta(wtforms.Form.Meta):  # type: ignore[misc]
        locales: ClassVar[list[str]] = ["zh"]

    of = HiddenField()
    kind = SelectField("类别", choices=offered([("", "（选类别）"), *COMMITMENT_LABELS.items()]))
    name = StringField("名称", [Length(max=200)])
    comparison = SelectField("比较", choices=offered([("", "—"), *COMPARISON_LABELS.items()]))
    target = StringField("目标值", [Length(max=40)])
    unit = StringField("计量单位", [Length(max=20)])
    due_on = Day("日期", [Optional()])
    gone = BooleanField("删去")

    @property
    def blank(self) -> bool:
        """Whether nothing is said in this line."""
        typed = (self.kind, self.name, self.comparison, self.target, self.unit)
        return not any((field.data or "").strip() for field in typed) and not self.due_on.raw_typed

    @property
    def promise(self) -> Promise | None:
        """The line as a value; None for one that is blank, taken away, or has no kind."""
        if self.blank or self.gone.data or not self.kind.data:
            return None
        target, unit = plain_figure(self.target.data or ""), (self.unit.data or "").strip()
        return Promise(
            CommitmentKind(self.kind.data),
            name=(self.name.data or "").strip(),
            comparison=Comparison(self.comparison.data) if self.comparison.data else None,
            target=target.removesuffix("%"),
            unit=unit or ("%" if target.endswith("%") else ""),
            due_on=self.due_on.data,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        if self.blank or self.gone.data:
            return True
        if not super().validate(extra_validators):
            return False
        if not self.kind.data:
            self.kind.errors = ["请选择类别。"]
            return False
        made = self.promise
        lacking = shortcoming(made) if made else ""
        if lacking:
            self.name.errors = [lacking]
        return not lacking


_TO_PLAIN = str.maketrans("０１２３４５６７８９．：％", "0123456789.:%")


def plain_figure(typed: str) -> str:
    """A figure as it is kept: full-width digits made plain, blanks and separators left out."""
    return typed.translate(_TO_PLAIN).replace(",", "").replace("，", "").replace(" ", "")


class TaskEdit(Form):
    number = StringField("序号", [Length(max=20)])
    title = StringField("任务名称", [DataRequired("请填写任务名称。"), Length(max=400)])
    section = StringField("所属章节", [Length(max=400)])
    text = TextAreaField("任务要求", [DataRequired("请填写任务要求。")])
    kind = SelectField(
        "任务类型", choices=offered(TASK_KIND_LABELS.items()), default=TaskKind.CONTINUING.value
    )
    lead = StringField("牵头单位", description="几个单位之间用顿号隔开。")
    responsible = StringField("责任单位", description="几个单位之间用顿号隔开。")
    support = StringField("配合单位", description="只知会，不要求签收和报告。")
    deadline_on = Day("完成时限", [Optional()], description="没有明确时限的留空。")
    deadline_text = StringField("原文怎么写", [Length(max=120)], description="例如：到2025年底。")
    recurrence = SelectField("周期", choices=offered([("", "无"), *RECURRENCE_LABELS.items()]))
    commitments = FieldList(FormField(CommitmentRow), "分解要点", max_entries=80)

    def offer_a_line(self) -> None:
        """One more blank line at the end, unless the last is blank already."""
        rows = list(self.commitments)
        if len(rows) < 80 and not (rows and rows[-1].form.blank):
            self.commitments.append_entry()

    def promises(self, known: Mapping[str, Promise]) -> tuple[Promise, ...]:
        """The commitments as typed; those that were `known` keep their words and their place in the source."""
        found = []
        for row in self.commitments:
            made, was = row.form.promise, known.get(row.form.of.data or "")
            if made and was:
                made = replace(made, text=was.text, start=was.start, end=was.end)
            if made:
                found.append(made)
        return tuple(found)


class Split(Form):
    at = IntegerField(validators=[InputRequired("请选择从哪一句后面分开。")])


class Issue(Form):
    office = SelectField("专班办公室所在单位", coerce=int, description="季通报和年度考核由它完成。")
    leader = SelectField("责任领导", coerce=int, description="提级提醒的最高一级，一般是分管副县长。")

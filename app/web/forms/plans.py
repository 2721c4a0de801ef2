"""Forms of the plans: upload, names, tasks, issue."""

from __future__ import annotations

import re

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web.forms import Form, offered
from workflows.units import KIND_LABELS, UnitKind

UNIT_KINDS = offered((kind.value, words) for kind, words in KIND_LABELS.items())
_BETWEEN_NAMES = re.compile(r"[、，,；;\s]+(?![^（(]*[）)])")


def split_names(typed: str | None) -> tuple[str, ...]:
    """The names a person separated by 、 or by any of the marks typed in its place."""
    return tuple(name for name in _BETWEEN_NAMES.split(typed or "") if name)


class Day(DateField):
    """A date whose error says how to write one."""

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


class TaskEdit(Form):
    number = StringField("序号", [Length(max=20)])
    title = StringField("任务名称", [DataRequired("请填写任务名称。"), Length(max=400)])
    section = StringField("所属章节", [Length(max=400)])
    text = TextAreaField("任务要求", [DataRequired("请填写任务要求。")])
    lead = StringField("牵头单位", description="几个单位之间用顿号隔开。")
    responsible = StringField("责任单位", description="几个单位之间用顿号隔开。")
    support = StringField("配合单位", description="只知会，不要求签收和报告。")
    deadline_on = Day("完成时限", [Optional()], description="没有明确时限的留空。")
    deadline_text = StringField("原文怎么写", [Length(max=120)], description="例如：到2025年底。")


class Issue(Form):
    office = SelectField("专班办公室所在单位", coerce=int, description="季通报和年度考核由它完成。")
    leader = SelectField("责任领导", coerce=int, description="提级提醒的最高一级，一般是分管副县长。")

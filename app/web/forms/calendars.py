"""The forms of the calendars: the text of a notice, and a calendar of the county's own."""

from __future__ import annotations

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form, offered
from app.web.forms.fields import VersionField


class Notice(Form):
    text = TextAreaField(
        "通知全文",
        [DataRequired("请粘贴通知的全文。"), Length(max=20000)],
        description="国务院办公厅每年印发的“关于××××年部分节假日安排的通知”，连标题一起复制过来。",
    )


class Own(Form):
    """单位日历: what is kept of it, as typed."""

    calendar_id = VersionField()
    seen_version = VersionField()
    name = StringField(
        "名称", [DataRequired("请填写日历的名称。"), Length(max=120)], description="例如：中小学和幼儿园"
    )
    parent = SelectField(
        "以哪个日历为基础",
        choices=offered([("", "国家日历")]),
        default="",
        description="这里没有写到的日子，按它执行。",
    )
    days = TextAreaField(
        "不同的日子",
        [Length(max=20000)],
        description="每行一段：2025-07-10 至 2025-08-25 休息 暑假；或 2025-09-06 上班 运动会调休。",
    )
    units = TextAreaField(
        "使用的单位",
        [Length(max=20000)],
        description="用顿号隔开，可写简称，也可写“各幼儿园”。单位没有自己的日历时，用上级单位的。",
    )

    @property
    def kept_id(self) -> int | None:
        """The calendar that is changed; None for a new one."""
        return self.calendar_id.data or None

    def offer(self, parents: list[tuple[int, str]]) -> None:
        """The calendars it may rest on."""
        self.parent.choices = offered([("", "国家日历"), *((str(key), name) for key, name in parents)])

"""The form of the calendar: the text of a notice."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form


class Notice(Form):
    text = TextAreaField(
        "通知全文",
        [DataRequired("请粘贴通知的全文。"), Length(max=20000)],
        description="国务院办公厅每年印发的“关于××××年部分节假日安排的通知”，连标题一起复制过来。",
    )

"""Forms of the task list that comes back."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField

from app.web.forms import Form


class Upload(Form):
    file = FileField("改好的任务表", description=".xlsx。要在本计划导出的任务表上修改。")


class Apply(Form):
    rows = HiddenField()
    seal = HiddenField()

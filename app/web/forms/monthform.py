"""Forms of the month's form that comes back."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField

from app.web.forms import Form


class Upload(Form):
    file = FileField("填好的表", description=".xlsx。要在本月导出的填报表上填写。")


class Take(Form):
    rows = HiddenField()
    seal = HiddenField()

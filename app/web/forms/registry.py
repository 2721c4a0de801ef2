"""Forms of the list of units as a whole."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField

from app.web.forms import Form


class Start(Form):
    place = StringField(
        "县（区、市、旗）名称", description="写到最后一个字，例如云岭县；单位名称里的“县”随它变化。"
    )


class Upload(Form):
    file = FileField("表格文件", description=".xlsx 或 .csv。先下载现有名录，在它上面改，最省事。")


class Apply(Form):
    rows = HiddenField()

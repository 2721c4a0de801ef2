"""The form of a county's own template."""

from __future__ import annotations

from flask_wtf.file import FileField

from app.web.forms import Form


class Upload(Form):
    file = FileField("自己的模板", description=".docx，不超过2MB。先下载正在使用的模板，在它上面修改。")

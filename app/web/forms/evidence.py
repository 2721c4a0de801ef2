"""Fields that ask for proof (佐证): new files, files the unit has already, where the paper lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput

from app.intake.proofs import ACCEPTED
from app.services.evidence import LONGEST_PAPER
from app.web.forms import Form, offered

MONTH = 0
"""The choice of the month itself, where a file may prove an indicator instead."""


class FilesField(MultipleFileField):  # type: ignore[misc]
    """Files of the kinds that are kept; nothing chosen is an empty list."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, render_kw={"accept": ACCEPTED}, **kwargs)


class EarlierField(SelectMultipleField):
    """Boxes to tick; what is no longer offered is left out, not refused."""

    option_widget = CheckboxInput()

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, coerce=int, choices=(), validate_choice=False, **kwargs)


class ProofForm(Form):
    """New files with their 密级自查, and files used once more."""

    files = FilesField("上传文件", description="可选多份。PDF、Word、Excel、WPS、OFD、JPG、PNG、TXT、CSV。")
    unclassified = BooleanField(
        "我已核对：上传的文件不涉及国家秘密，也没有不应公开的个人信息（密级自查，上传时必勾）"
    )
    earlier = EarlierField("选用本单位以前上传的文件")

    def offer(self, files: Iterable[tuple[int, str]]) -> None:
        """Fill in what can be used once more."""
        self.earlier.choices = offered(files)


class BackedForm(ProofForm):
    paper = StringField(
        "纸质佐证存放处及文号",
        [Length(max=LONGEST_PAPER, message=f"最多{LONGEST_PAPER}字，请精简。")],
        description="不便上传的写在这里，例如：局档案室，云教字〔2025〕12号。",
    )


class RowProofForm(ProofForm):
    """佐证 of one row of the month: of what is said, or of one indicator's value."""

    about = SelectField("证明什么", coerce=int, default=MONTH)

    def offer_about(self, indicators: Iterable[tuple[int, str]]) -> None:
        self.about.choices = offered([(MONTH, "本月进展"), *indicators])

"""Fields every form of words and figures is made of."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import HiddenInput

from workflows.errors import Refused
from workflows.measures import plain_figure

SUGGESTED = 300
"""Characters a few sentences should hold (减负: reference b.2): counted, never cut."""

LONGEST = 2000
"""Characters they may hold, where the form does not say less."""

PERCENT_WORDS = "完成进度请填0到100之间的整数，例如 60。"


class PercentField(IntegerField):
    """完成进度: 0–100, None when left empty; takes 60, 60% and full-width digits, and keeps what it cannot take."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        raw = (valuelist[0] if valuelist else "").strip().removesuffix("%").removesuffix("％").strip()
        if not raw:
            return
        if not raw.isdecimal() or int(raw) > 100:
            raise ValueError(PERCENT_WORDS)
        self.data = int(raw)


class WordsField(TextAreaField):
    """A few sentences; line ends are made one kind, so that the same words always compare equal."""

    def __init__(
        self, label: str, validators: list[Any] | None = None, *, longest: int = LONGEST, **kwargs: Any
    ) -> None:
        limit = Length(max=longest, message=f"这一栏最多{longest}字，请精简后再保存。")
        render_kw = {"data-limit": SUGGESTED, **kwargs.pop("render_kw", {})}
        super().__init__(label, [*(validators or []), limit], render_kw=render_kw, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n").strip()


class FigureField(StringField):
    """An indicator's value (指标值) as plain decimal text; keeps what it cannot take."""

    def __init__(self, label: str, unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unit = unit

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip() if valuelist else ""
        try:
            self.data = plain_figure(self.data, self.unit)
        except Refused as refusal:
            raise ValueError(str(refusal)) from None


class VersionField(IntegerField):
    """The version the page has seen; anything but a number counts as one that never was."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        raw = valuelist[0] if valuelist else ""
        self.data = int(raw) if raw.isdecimal() and len(raw) < 10 else None

    @property
    def seen(self) -> int:
        return -1 if self.data is None else self.data

    def _value(self) -> str:
        return str(self.seen)


def require_words(message: str) -> Any:
    """A validator: something must be said, and blanks say nothing."""

    def check(_form: Any, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(message)

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check

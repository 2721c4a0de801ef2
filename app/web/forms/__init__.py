"""One form a page, a module a blueprint. Labels above, hints below, errors in words beside the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import EqualTo, InputRequired, Length

from app.web.echo import RESUMED


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose messages are Chinese. Words carried over a new sign-in are shown again, not taken for an order."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales: ClassVar[list[str]] = ["zh"]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        return RESUMED not in request.form and bool(super().validate_on_submit(extra_validators))


def offered(pairs: Iterable[tuple[object, str]]) -> list[Any]:
    """The options of a select, from pairs of value and words."""
    return [SelectChoice(value, words) for value, words in pairs]


class SignIn(Form):
    username = StringField("用户名", [InputRequired("请输入用户名。"), Length(max=60)])
    password = PasswordField("密码", [InputRequired("请输入密码。"), Length(max=200)])


class NewPassword(Form):
    old = PasswordField("原密码", [InputRequired("请输入原密码。"), Length(max=200)])
    new = PasswordField(
        "新密码",
        [InputRequired("请输入新密码。"), Length(max=200)],
        description="至少8位，含大写字母、小写字母、数字、符号中的三类，不含用户名。",
    )
    again = PasswordField(
        "再输一次", [InputRequired("请再输入一次新密码。"), EqualTo("new", "两次输入的新密码不一样。")]
    )

"""Forms of units, collective names and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.channels import is_plain
from app.web.forms import Form, offered
from workflows.policy import ROLE_LABELS, Role
from workflows.units import KIND_LABELS, POST_LABELS, Post, UnitKind

KINDS = offered((kind.value, words) for kind, words in KIND_LABELS.items())
RULES = offered([("", "按下面勾选的名单"), *((k.value, f"所有{words}") for k, words in KIND_LABELS.items())])
ROLES = [(role.value, words) for role, words in ROLE_LABELS.items()]
NOBODY = (0, "无")
POINT = "point_"


def deliverable(_form: Any, field: Any) -> None:
    """An address as the county's own mail server may know it: a domain without a dot will do."""
    try:
        validate_email(field.data, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise ValidationError("邮箱地址不对，请核对，例如 lianluo@county.gov.cn。") from None


def plain(_form: Any, field: Any) -> None:
    """A contact point: nothing that could mean something inside the gateway's address."""
    if not is_plain(field.data.strip()):
        raise ValidationError("只能填手机号、账号或密钥：字母、数字和 + - _ . @，不超过120个字符。")


class UnitForm(Form):
    name = StringField(
        "名称", [DataRequired("请填写单位名称。"), Length(max=120)], description="文件里常用的简称。"
    )
    full_name = StringField("全称", [Length(max=200)])
    kind = SelectField("类别", choices=KINDS, default=UnitKind.DEPARTMENT.value)
    aliases = StringField("别名", [Length(max=400)], description="文件里可能出现的其他叫法，用顿号隔开。")
    through = SelectField("归口填报单位", coerce=int, description="本单位不登录填报时，由谁代为签收和报告。")
    answerable = SelectField(
        "责任领导", coerce=int, description="提级提醒的最高一级；不选时用计划的责任领导。"
    )
    active = BooleanField("在用", default=True)


class GroupForm(Form):
    name = StringField(
        "集体名称", [DataRequired("请填写集体名称。"), Length(max=120)], description="例如：各幼儿园。"
    )
    kind = SelectField("成员", choices=RULES)
    members = SelectMultipleField("名单", coerce=int)

    @property
    def unit_kind(self) -> UnitKind | None:
        return UnitKind(self.kind.data) if self.kind.data else None


class PostRow(PlainForm):
    """One post in one unit; a row without a unit is left out."""

    unit = SelectField("单位", coerce=int)
    post = SelectField("任职", choices=offered((post.value, words) for post, words in POST_LABELS.items()))


class PersonForm(Form):
    """What may be changed of a person; `posts` always offers one empty row more."""

    email = StringField(
        "邮箱", [Optional(), Length(max=254), deliverable], description="提醒信发到这里；没有邮箱就收不到。"
    )
    posts = FieldList(FormField(PostRow), max_entries=12)
    active = BooleanField("在用", default=True)

    def offer(self, units: list[tuple[int, str]]) -> None:
        """Give every row the units to choose from."""
        for row in self.posts:
            row.form.unit.choices = offered([NOBODY, *units])

    @property
    def point_fields(self) -> dict[str, Any]:
        """The field of each switched-on channel, by the channel's name."""
        return {name.removeprefix(POINT): self[name] for name in self._fields if name.startswith(POINT)}

    @property
    def points(self) -> dict[str, str]:
        """The contact points as typed, '' for none, by the channel's name."""
        return {name: (field.data or "").strip() for name, field in self.point_fields.items()}

    @property
    def held(self) -> tuple[tuple[int, Post], ...]:
        """The posts as typed, each once."""
        rows = [(row.form.unit.data, row.form.post.data) for row in self.posts]
        return tuple(dict.fromkeys((unit, Post(post)) for unit, post in rows if unit))


class NewPersonForm(PersonForm):
    name = StringField("姓名", [DataRequired("请填写姓名。"), Length(max=60)])
    username = StringField("用户名", [Length(max=60)], description="用来登录；不填就只收信、不登录。")
    roles = SelectMultipleField("角色", choices=offered(ROLES))

    @property
    def held_roles(self) -> tuple[Role, ...]:
        return tuple(Role(role) for role in self.roles.data or [])


P = TypeVar("P", bound=PersonForm)


def with_channels(form: type[P], channels: Mapping[str, str]) -> type[P]:
    """The form with a field for each of the channels (name → label) that are on beside e-mail."""
    fields = {
        f"{POINT}{name}": StringField(
            label,
            [Optional(), plain],
            description=f"手机号、账号或机器人密钥；填了以后，紧急提醒除了发邮件，也发到{label}。",
        )
        for name, label in channels.items()
    }
    return cast("type[P]", type(form.__name__, (form,), fields))

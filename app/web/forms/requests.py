"""Forms of requests, one for each kind, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Optional

from app.web.forms import Form, offered
from app.web.forms.fields import VersionField, WordsField, require_words
from app.web.forms.plans import Day
from workflows.requests import CAUSE_LABELS, CAUSES, Asked, Cause, RequestKind


class RaiseForm(Form):
    """What every kind has: a reason. `limits` says beside the fields what the rules allow today."""

    kind = RequestKind.ROUTINE
    reason = WordsField("理由", [require_words("请写明理由。")])
    fields: tuple[str, ...] = ("reason",)

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        """Fill in what the fields offer and their limits; `latest_on` is the last date an extension may name."""

    def asked(self) -> Asked:
        """What was typed, as a value."""
        return Asked(self.kind, self.reason.data or "", **self.more())

    def more(self) -> dict[str, Any]:
        return {}


class ExtensionForm(RaiseForm):
    """延期."""

    kind = RequestKind.EXTENSION
    wanted_on = Day("预计完成日期", [InputRequired("请填写预计完成日期。")])
    progress = WordsField("目前进展", [require_words("请写明目前进展。")])
    fields = ("wanted_on", "reason", "progress")

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        self.wanted_on.description = f"最多可延至{latest_on}。"

    def more(self) -> dict[str, Any]:
        return {"wanted_on": self.wanted_on.data, "progress": self.progress.data or ""}


class ObjectionForm(RaiseForm):
    """异议（转办）."""

    kind = RequestKind.OBJECTION
    other_unit = SelectField(
        "建议由哪个单位承担", coerce=int, validate_choice=False, description="不清楚可不选。"
    )
    signed_by = StringField(
        "单位主要负责人（签字人）",
        [
            InputRequired("异议须由单位主要负责人签字，请填写签字人姓名。"),
            Length(max=60, message="姓名最多60字。"),
        ],
        description="请先经主要负责人签字同意，签字件由单位留存备查。",
    )
    fields = ("reason", "other_unit", "signed_by")

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        self.other_unit.choices = offered([(0, "（不选）"), *units])

    def more(self) -> dict[str, Any]:
        return {"other_unit_id": self.other_unit.data or None, "signed_by": self.signed_by.data or ""}


class CoordinationForm(RaiseForm):
    """协调."""

    kind = RequestKind.COORDINATION
    other_unit = SelectField("需要哪个单位配合解决", coerce=int, validate_choice=False)
    fields = ("other_unit", "reason")

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        self.other_unit.choices = offered([(0, "请选择"), *units])
        self.reason.label.text = "卡在哪里，需要对方做什么"

    def more(self) -> dict[str, Any]:
        return {"other_unit_id": self.other_unit.data or None}


class AdjustmentForm(RaiseForm):
    """调整."""

    kind = RequestKind.ADJUSTMENT
    cause = SelectField("事由", validate_choice=False)
    wanted_on = Day("新的完成时限", [Optional()], description="不改时限可不填。")
    requirement = WordsField("调整后的任务要求", description="写完整的新要求；不改要求可不填。")
    fields = ("cause", "reason", "wanted_on", "requirement")

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        self.cause.choices = _causes(self.kind)

    def more(self) -> dict[str, Any]:
        return {
            "cause": _cause(self.cause.data),
            "wanted_on": self.wanted_on.data,
            "requirement": self.requirement.data or "",
        }


class SuspensionForm(RaiseForm):
    """暂缓."""

    kind = RequestKind.SUSPENSION
    wanted_on = Day(
        "恢复办理的日期", [Optional()], description="不能确定何时恢复的，请留空，由督查室通知恢复。"
    )
    fields = ("reason", "wanted_on")

    def more(self) -> dict[str, Any]:
        return {"wanted_on": self.wanted_on.data}


class WithdrawalForm(RaiseForm):
    """撤销."""

    kind = RequestKind.WITHDRAWAL
    cause = SelectField("事由", validate_choice=False)
    fields = ("cause", "reason")

    def limits(self, latest_on: str, units: Iterable[tuple[int, str]]) -> None:
        self.cause.choices = _causes(self.kind)

    def more(self) -> dict[str, Any]:
        return {"cause": _cause(self.cause.data)}


class RoutineForm(RaiseForm):
    """转常态."""


def _causes(kind: RequestKind) -> list[Any]:
    return offered([("", "请选择"), *((cause.value, CAUSE_LABELS[cause]) for cause in CAUSES[kind])])


def _cause(typed: str | None) -> Cause | None:
    return next((cause for cause in Cause if cause == typed), None)


FORMS: Mapping[RequestKind, type[RaiseForm]] = {
    form.kind: form
    for form in (
        ExtensionForm,
        ObjectionForm,
        CoordinationForm,
        AdjustmentForm,
        SuspensionForm,
        WithdrawalForm,
        RoutineForm,
    )
}


class AnswerForm(Form):
    """The answer to any kind; a kind shows only the fields it has a use for (`shown`)."""

    version = VersionField()
    granted_on = Day("批准的日期", [Optional()])
    requirement = WordsField("调整后的任务要求")
    other_unit = SelectField("改由哪个单位承担", coerce=int, validate_choice=False)
    document = StringField("文号", [Length(max=80, message="文号最多80字。")])
    words = WordsField("答复意见", description="不同意时必填，让单位知道接下来怎么办。")
    grant = SubmitField("同意")
    refuse = SubmitField("不同意")
    forward = SubmitField("报责任领导")

    def shown(self, kind: RequestKind, *, document: bool) -> list[str]:
        """The fields that kind is answered with, in order."""
        own = {
            RequestKind.EXTENSION: ["granted_on"],
            RequestKind.OBJECTION: ["other_unit"],
            RequestKind.ADJUSTMENT: ["granted_on", "requirement"],
            RequestKind.SUSPENSION: ["granted_on"],
        }
        return [*own.get(kind, []), *(["document"] if document else []), "words"]

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        self.other_unit.choices = offered([(0, "请选择"), *units])

    def prefill(
        self, version: int, wanted_on: date | None, requirement: str, other_unit_id: int | None
    ) -> None:
        """Before anything is typed the fields hold what was asked for."""
        self.version.data, self.granted_on.data = version, wanted_on
        self.requirement.data, self.other_unit.data = requirement, other_unit_id or 0


class PlainForm(Form):
    """A button that acts on what was seen."""

    version = VersionField()

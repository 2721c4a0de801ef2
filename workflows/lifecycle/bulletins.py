"""Bulletins: drafted, looked through, signed, printed; and never changed again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.lifecycle.table import Lifecycle


class BulletinKind(StrEnum):
    """季通报 of a whole plan, 项目进度通报 at the end of a month (seed 002)."""

    QUARTERLY = "quarterly"
    PROJECT = "project"


BULLETIN_KIND_LABELS: Mapping[BulletinKind, str] = MappingProxyType(
    {BulletinKind.QUARTERLY: "季度工作通报", BulletinKind.PROJECT: "项目进度通报"}
)


class BulletinState(StrEnum):
    """通报: 拟稿 → 审核 → 签发 → 待印发 → 已印发."""

    DRAFT = "draft"
    REVIEW = "review"
    SIGNING = "signing"
    SIGNED = "signed"
    PUBLISHED = "published"


class BulletinEvent(StrEnum):
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - a step, no secret
    SIGN = "sign"
    SEND_BACK = "send_back"
    PUBLISH = "publish"


BULLETIN = Lifecycle(
    "通报",
    {
        BulletinState.DRAFT: "拟稿",
        BulletinState.REVIEW: "待审核",
        BulletinState.SIGNING: "待签发",
        BulletinState.SIGNED: "待印发",
        BulletinState.PUBLISHED: "已印发",
    },
    {
        BulletinEvent.SUBMIT: "送审",
        BulletinEvent.PASS: "审核通过",
        BulletinEvent.SIGN: "签发",
        BulletinEvent.SEND_BACK: "退回修改",
        BulletinEvent.PUBLISH: "印发",
    },
    {
        (BulletinState.DRAFT, BulletinEvent.SUBMIT): BulletinState.REVIEW,
        (BulletinState.REVIEW, BulletinEvent.PASS): BulletinState.SIGNING,
        (BulletinState.SIGNING, BulletinEvent.SIGN): BulletinState.SIGNED,
        (BulletinState.REVIEW, BulletinEvent.SEND_BACK): BulletinState.DRAFT,
        (BulletinState.SIGNING, BulletinEvent.SEND_BACK): BulletinState.DRAFT,
        (BulletinState.SIGNED, BulletinEvent.SEND_BACK): BulletinState.DRAFT,
        (BulletinState.SIGNED, BulletinEvent.PUBLISH): BulletinState.PUBLISHED,
    },
)

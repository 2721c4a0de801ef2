"""Whom the ladder speaks to, and in which kind of letter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Audience(StrEnum):
    """Whom a rung speaks to: posts in the unit that owes, the office (督查室), the county leader (责任领导)."""

    LIAISON = "liaison"
    SECTION_HEAD = "section_head"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    OFFICE = "office"
    COUNTY_LEADER = "county_leader"


class LetterKind(StrEnum):
    """What a letter is, the gravest last.

    通知, 预告, 到期提醒, 请示待答 and 答复 (of requests), 核实送达 (the office is to find out), 牵头催报,
    印发 (a bulletin or a result was issued), 催报, 催办单, 提级提醒;
    then the 督办单 by colour and 约谈建议, which the engine only drafts.
    """

    OPENED = "opened"
    ADVANCE = "advance"
    DUE = "due"
    ANSWER = "answer"
    REQUEST = "request"
    VERIFY = "verify"
    NUDGE = "nudge"
    ISSUED = "issued"
    URGE = "urge"
    URGE_SLIP = "urge_slip"
    ESCALATE = "escalate"
    BLUE_SLIP = "blue_slip"
    YELLOW_SLIP = "yellow_slip"
    RED_SLIP = "red_slip"
    TALK = "talk"


DRAFTED = frozenset({LetterKind.BLUE_SLIP, LetterKind.YELLOW_SLIP, LetterKind.RED_SLIP, LetterKind.TALK})
"""Above the draft line: what the engine writes down and a person sends, or does not (reference b.4)."""


AUDIENCE_LABELS: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.LIAISON: "联络员",
        Audience.SECTION_HEAD: "科室负责人",
        Audience.DEPUTY_HEAD: "分管领导",
        Audience.HEAD: "主要领导",
        Audience.OFFICE: "督查室",
        Audience.COUNTY_LEADER: "责任领导",
    }
)

LETTER_LABELS: Mapping[LetterKind, str] = MappingProxyType(
    {
        LetterKind.OPENED: "通知",
        LetterKind.ADVANCE: "预告",
        LetterKind.DUE: "到期提醒",
        LetterKind.ANSWER: "答复",
        LetterKind.REQUEST: "请示待答",
        LetterKind.VERIFY: "核实送达",
        LetterKind.NUDGE: "牵头催报",
        LetterKind.ISSUED: "印发",
        LetterKind.URGE: "催报",
        LetterKind.URGE_SLIP: "催办单",
        LetterKind.ESCALATE: "提级提醒",
        LetterKind.BLUE_SLIP: "蓝色提醒单",
        LetterKind.YELLOW_SLIP: "黄色督办单",
        LetterKind.RED_SLIP: "红色督办单",
        LetterKind.TALK: "约谈建议",
    }
)

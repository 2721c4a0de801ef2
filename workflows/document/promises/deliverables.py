"""The things a task has to hand over (交付物): 制定…方案, 出台…办法, 建立…制度、数据库, 发布…报告.

A deliverable is a verb that produces and the noun phrase behind it that ends in the name of a paper, an institution or
a platform. A document that exists and is only referred to (按照…方案, 落实…制度, 根据《…》), what others are to write (指导企业制定…),
and what was already made are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from workflows.document.model import Deliverable, Span

Place = tuple[int, int]

_PAPERS = (
    "实施方案|行动方案|工作方案|方案|实施办法|管理办法|办法|实施意见|意见|规划|行动计划|计划|实施细则|细则|标准|规范|清单|目录|应急预案|预案|指南|指引|规定|条例|规程|章程"
    "|名录|名单|台账|台帐|报告|白皮书|蓝皮书|手册|政策措施|措施|政策|工作要点|时间表|路线图|流程图|责任书|指标体系|评估体系|评价体系|标准体系|制度体系|政策体系|制度|机制|要点"
)
_INSTITUTIONS = (
    "制度体系|制度|机制|体系|数据库|信息库|资源库|人才库|项目库|专家库|题库|名师库|台账|台帐|清单|档案|平台|信息系统|管理系统|系统|办法|标准|规范|名录|目录|方案|预案"
    "|白名单|数据集|专区|工作站|指标体系"
)
_REPORTS = "评估报告|监测报告|年度报告|报告|台账|台帐|清单|目录|名单|标准|指南|白皮书|蓝皮书|公报|年报|方案|名录|指引"

PRODUCES: Mapping[str, str] = MappingProxyType(
    {
        "研究制定|制定出台|制定印发|制定并公布|制定完善|编制公布|编制印发|编制发布|编制完善|修订完善|修改完善|制修订|制定|制订|拟定|拟订|草拟|起草|出台|印发|编制|编写|编印|修订|拿出|研究提出|提出|细化|签订": _PAPERS,
        "建立健全|建立完善|建立起|建立|健全完善|健全|完善|优化完善|构建|搭建|建设|建成|打造|设立|开发|构筑|推动建立": _INSTITUTIONS,
        "推行|实行": "制度",
        "编制发布|编发|发布|公布|形成|提交|撰写|上报|报送|梳理形成|列出": _REPORTS,
    }
)
"""Verbs, and the nouns they hand over when they produce."""

_HAN = "\u4e00-\u9fff"
_NOT_BEFORE = re.compile(
    rf"(?:已经?|尚未|未|继续|没有|不得|不再|按照?|依照|依据|根据|遵照|参照|[{_HAN}]部)$|(?:指导|帮助|督促|引导|支持|鼓励|允许|要求|协助|敦促|推广|参与|支撑|倒逼)[^,。;:、\n]{{0,18}}$"
)
_ENDS = rf"(?=[,。;、:)\]\s]|[”\"](?![{_HAN}])|$|并(?!联)|以?及|和|与|来|以(?!及)|后)"
_PHRASE = r"(?P<what>(?![的了过及、和并与或])[^,。;:!?\s]{0,44}?"
_PATTERNS = tuple(
    re.compile(
        rf"(?P<verb>{verbs})(?:了|好|出)?(?:一[批套个份]|相关|相应|具体)?{_PHRASE}(?P<head>{heads})(?:\([^()\n]{{1,12}}\))?){_ENDS}"
    )
    for verbs, heads in PRODUCES.items()
)
_TITLE = re.compile(
    r"(?P<verb>研究制定|修订完善|修改完善|制定出台|制定|制订|出台|印发|编制|修订|完善|起草)(?P<what>《[^《》\n]{2,40}》)(?!的?(?:规定|要求|精神))"
)
_TO_BE_BUILT = re.compile(
    rf"(?P<verb>加快推进|推进|推动|加快|启动){_PHRASE}(?:平台|系统|数据库|资源库|信息库))(?=建设(?:[,。;、\s]|$))"
)
_FURTHER = tuple(
    re.compile(
        rf"(?:和|及|以及|与|、)(?P<more>[^,。;:、和及与\n的]{{0,18}}?(?:{heads}))(?:\([^()\n]{{1,12}}\))?{_ENDS}"
    )
    for heads in PRODUCES.values()
)
_VERBS = re.compile("|".join(PRODUCES) + "|开展|实施|推进|落实|确定|组织|加强|推动|实现|执行|发布|明确|推行")
_NEXT_VERB = re.compile(rf"(?:、|并)(?:{_VERBS.pattern})")
_ALSO_NOUN = re.compile("建设|开发|设立")
_HEADS_PHRASE = re.compile(
    r"(?:^|[,。;:、!?\s(]|加快|加强|推进|推动|探索|积极|统筹|规划|谋划|全面|集中|升级|研究|共同|联合|并|和|要|逐步|启动|标准|质量|稳步|大力|新|继续|持续|同步|以及)$"
)
_DONE = re.compile("了|过")
_QUOTE = re.compile(r"[“\"][^“”\"\n]{0,40}[”\"]")
_LONGEST = 30


def read_deliverables(text: str, folded: str, place: Place) -> tuple[Deliverable, ...]:
    """The deliverables of the demand at `place`, in printed order; none stands inside another."""
    found: list[tuple[Place, Place]] = []
    for index, pattern in enumerate(_PATTERNS):
        found.extend(_matches(folded, place, pattern, _FURTHER[index]))
    for pattern in (_TITLE, _TO_BE_BUILT):
        found.extend(_matches(folded, place, pattern, None))
    return tuple(_deliverable(text, verb, what) for verb, what in _apart(found))


def _matches(
    folded: str, place: Place, pattern: re.Pattern[str], further: re.Pattern[str] | None
) -> Iterator[tuple[Place, Place]]:
    position = place[0]
    while match := pattern.search(folded, position, place[1]):
        position = match.end("verb")
        if not _produces(folded, place, match):
            continue
        what = match.span("what")
        while (
            further
            and (more := further.match(folded, what[1], place[1]))
            and not _VERBS.match(more.group("more"))
        ):
            what = (what[0], more.end("more"))
        position = what[1]
        yield match.span("verb"), what


def _produces(folded: str, place: Place, match: re.Match[str]) -> bool:
    """Whether the verb makes the thing here and now, and the phrase is one noun."""
    before = folded[max(place[0], match.start() - 24) : match.start()]
    what = match.group("what")
    if _NOT_BEFORE.search(before) or _DONE.match(folded, match.end("verb")):
        return False
    if _ALSO_NOUN.match(match.group("verb")) and not _HEADS_PHRASE.search(before):
        return False
    return not _NEXT_VERB.search(_QUOTE.sub("", what))


def _apart(found: list[tuple[Place, Place]]) -> Iterator[tuple[Place, Place]]:
    end = -1
    for verb, what in sorted(found, key=lambda pair: (pair[0][0], -pair[1][1])):
        if verb[0] >= end:
            yield verb, what
            end = what[1]


def _deliverable(text: str, verb: Place, what: Place) -> Deliverable:
    return Deliverable(_words(text, verb), _readable(_words(text, what)), Span(verb[0], what[1]))


def _readable(what: str) -> str:
    """A long phrase without its first qualifiers."""
    while len(what) > _LONGEST and "的" in what[:-3]:
        what = what.partition("的")[2]
    return what


def _words(text: str, place: Place) -> str:
    return re.sub(r"\s*\n\s*", "", text[slice(*place)]).strip()

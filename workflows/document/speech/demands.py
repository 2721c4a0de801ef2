"""Which sentences of a speech or report demand something: orders, plans and targets, not what was done, praised or found wanting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.document.speech.actors import actors
from workflows.document.speech.imperatives import DEEDS, IMPERATIVES

Place = tuple[int, int]


class Mood(StrEnum):
    """What a section is for: background tells, a plan promises, an open one may do either."""

    BACKGROUND = "background"
    OPEN = "open"
    PLAN = "plan"


_TELLS = re.compile(
    r"意义$|重要性|必要性|紧迫性|情况$|(?:取得|主要|工作|显著|建设)的?(?:成效|成绩|亮点|做法|经验)|实践经验|(?:肯定|总结|回顾)[^,]{0,8}(?:成绩|成效|经验|工作)"
    r"|(?:存在|面临|突出)的?[^,]{0,8}(?:问题|困难|不足|短板|差距|挑战)|(?:问题|困难)(?:和|与|及)(?:不足|差距|挑战|困难|原因)|短板|主要问题|原因分析|体会$|启示$|背景$|工作总结$|主要工作$"
)
_TELLS_AT_TOP = re.compile(
    r"(?:提高|深化|统一|强化|增强|提升)[^,]{0,4}(?:认识|站位|思想)|思想认识|(?:认清|把握|分析|研判|看清|正视)[^,]{0,6}(?:形势|问题|差距|不足)|深刻认识|清醒认识|指导思想|基本原则"
)
_PROMISES = re.compile(
    r"下一?步|下一?阶段|打算|努力方向|工作思路|今后[^,]{0,8}(?:工作|安排|思路|方向)|(?:年|期|工作)(?:工作)?(?:安排|计划)$"
)
_MENDS = re.compile(r"整改|解决|破解|攻坚|补齐|克服|着力")


def mood(headings: Sequence[str]) -> Mood:
    """What the section below `headings` (folded, the widest first) is for; a heading that tells overrules one below it."""
    found = Mood.OPEN
    for depth, heading in enumerate(headings):
        words = heading.strip(" \t。:;,")
        tells = _TELLS.search(words) or (depth == 0 and _TELLS_AT_TOP.search(words))
        promises = _PROMISES.search(words)
        if tells and not promises and not _MENDS.search(words):
            return Mood.BACKGROUND
        if promises and not tells:
            found = Mood.PLAN
    return found


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of running text; `paragraph` counts the paragraphs of its item, `torn` if its beginning is lost."""

    start: int
    end: int
    paragraph: int
    torn: bool


_SENTENCE_END = re.compile(r"[。!?]+[”’\"')\]]{0,2}|…+|;(?=\s?[二三四五六七八九十][是要])")
_SOFT_LENGTH = 30
"""A line this long that ends in no stop was broken by the page, not by the writer."""


def sentences(folded: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences between `start` and `end`; a line break ends one only where the writer broke the line.

    What follows a gap (…… 省略 ……) has lost its beginning.
    """
    torn = False
    written = (place for place in _paragraphs(folded, start, end) if folded[slice(*place)].strip())
    for number, (first, last) in enumerate(written):
        stops = [(stop.start(), stop.end()) for stop in _SENTENCE_END.finditer(folded, first, last)]
        begins = first
        for stop, after in [*stops, (last, last)]:
            gap = stop < after and folded[stop] == "…"
            place = _bare(folded, begins, stop if gap else after)
            if place[0] < place[1]:
                yield Sentence(*place, number, torn)
                torn = False
            begins, torn = after, gap or torn


def _paragraphs(folded: str, start: int, end: int) -> Iterator[Place]:
    first = line = start
    while line < end:
        stop = folded.find("\n", line, end)
        stop = end if stop < 0 else stop
        if stop == end or not _is_soft(folded, line, stop, end):
            yield first, stop
            first = stop + 1
        line = stop + 1


def _is_soft(folded: str, line: int, stop: int, end: int) -> bool:
    following = folded[stop + 1 : min(end, stop + 3)]
    if not following.strip() or following.startswith(("\n", "  ")):
        return False
    place = _bare(folded, line, stop)
    if place[1] - place[0] == 0 or folded[place[1] - 1] in "。!?:;…":
        return False
    return folded[place[1] - 1] in ",、" or place[1] - place[0] >= _SOFT_LENGTH


def _bare(folded: str, start: int, end: int) -> Place:
    while start < end and folded[start] in " \t\n。,;、":
        start += 1
    while end > start and folded[end - 1] in " \t\n":
        end -= 1
    return start, end


_SHORTEST = 8
_LONGEST = 1000
"""What runs on longer than this without a stop is no sentence."""

_BOILERPLATE = re.compile(
    r"https?:|www\.|省略\d*字|正式会员|未完,|全文共|当前仅显示|收藏[《\"]|浏览:|更新时间|淘宝|店铺|微信|客服|版权|侵权|免责|网友上传|查看完整|预览结束|关键词:|所在栏目|获取全文|定制代笔|QQ|@|文秘|范文|标签:|推荐服务|写作神器"
)
_EXAMPLE = re.compile(r"^(?:例如|比如|譬如|如,|像)|为例,|值得(?:推广|借鉴|学习)")
_RALLY = re.compile(
    r"让我们|^同志们|^谢谢|^最后,(?:祝|预祝)|(?:奋斗|贡献|努力|前进|辉煌|篇章|感谢|敬意|祝愿)[!。]?[”\"]?$"
)
_NOT_MODAL = r"(?<![需主重必首只紧概摘纲提简扼索若次想快])要(?!求|素|点|害|闻|么|领|义|(?:充分|深刻|清醒|进一步)?地?(?:看到|认识到|清醒))"
_ORDERS = re.compile(
    rf"{_NOT_MODAL}|必须(?!保持清醒)|务必|应当|不得|严禁|一律|须(?=[于在将按做由经])|需(?=[于在将按做由经])"
)
_AIMS = re.compile(
    r"(?:确保|力争)(?!了)"
    rf"|(?:^|[,;年月区县市镇校局底前内])(?:拟|计划)(?=公开|用|招|投|新|建|{IMPERATIVES})"
    rf"|将(?=多措并举|投|{IMPERATIVES})"
    r"|(?:(?:到|至)20\d\d年(?:\d{1,2}月)?[底末]?|20\d\d年(?:\d{1,2}月)?(?:[底末]前?|前))[^。;]{0,60}?(?:达到?|覆盖|实现|建成|完成|控制在|提高到|提升至)(?!了)"
    r"|每(?:年|学年|学期|月|季度|周)[^。;]{0,40}?(?:不低于|不少于|不超过|至少|一次|[\d一两二三]次)"
)
_DONE = re.compile(
    r"[一-鿿]{1,2}了(?!解|然|结)|截[至止]|近年来|近[一二三四五两\d]年[来,]|去年|上年|以来,|目前,?(?:已|全|共)|已(?:经|全部|有|累计|完成|建成|实现|投入|开展|成立|出台|形成|建立|达)|刚才|累计(?:投入|完成|建成)"
)
_DESCRIBES = re.compile(
    r"(?<![但于只可即若凡或尤特都就总])是(?!否)[^,。;]{0,40}(?:关键|基础|保障|必然|重要|途径|举措|要求|任务|前提|核心|根本|责任|工程|事业)|能够|可以|成为了|难以|不够|不足|有待|依然|仍然|存在|不到位|不平衡|薄弱|滞后"
)
_EXPLAINS = re.compile(r"只有|虽然|由于|随着|这")
_CONNECTIVE = re.compile(
    r"(?:同时|此外|另外|首先|其次|再次|最后|再者|一方面|另一方面|特别是|尤其是|下一步|今后|为此|因此|总之|即|具体是|[一二三四五六七八九十]是|第[一二三四五六七八九十](?:是|,))[,:]?\s?"
)
_TIME = re.compile(
    r"(?:到|至|自|从|在)?(?:20\d\d年(?:度|底|末)?|今年|明年|年内|每年|每学期|每月|每季度|[一二三四五]年内|\d{1,2}月)(?:\d{1,2}月)?(?:\d{1,2}日)?(?:[底末]?[前内起]?)(?:开始)?,?"
)
_SETTING = re.compile(
    r"(?:对|对于|针对|在|按照?|根据|结合|围绕|依托|通过|以|为了?|坚持|立足|借助|利用|采取|依据|参照|对照|把|将|继续以|从)(?:[^,。;:]|(?<=\d):(?=\d)){1,48},"
    r"|[^,。;:]{2,16}(?:后|时|之前|前提下|基础上|方面|过程中),"
)
_DEED = re.compile(DEEDS)
_CHARGES = re.compile(r"(?:负责|牵头)(?!人|同志|的|单位)")
_OPENS = re.compile(rf"[“\"]?(?:要|{IMPERATIVES})")


def opening(folded: str, start: int, end: int) -> int:
    """Where the order itself begins, behind connectives, times and settings (同时，2025年，按照…的要求，)."""
    position = start
    for _ in range(8):
        for rule in (_CONNECTIVE, _TIME, _SETTING):
            lead = rule.match(folded, position, end)
            if lead and lead.end() < end:
                position = lead.end()
                break
        else:
            return position
    return position


def demands(folded: str, sentence: Sentence, place: Mood) -> bool:
    """Whether the sentence, in a section of that mood, demands something."""
    start, end = sentence.start, sentence.end
    if place is Mood.BACKGROUND or sentence.torn or not _SHORTEST <= end - start <= _LONGEST:
        return False
    words = folded[start:end]
    if _BOILERPLATE.search(words) or _EXAMPLE.search(words) or _RALLY.search(words):
        return False
    if _ORDERS.search(words) and _DEED.search(words):
        return True
    if _DONE.search(words):
        return False
    return bool(_AIMS.search(words)) or _asks(folded, sentence, place)


def _asks(folded: str, sentence: Sentence, place: Mood) -> bool:
    """Without 要 or an aim: a bare order, a unit put in charge, or the plain sentence of a plan's own paragraph."""
    start, end = sentence.start, sentence.end
    order = opening(folded, start, end)
    if _EXPLAINS.match(folded, start, end) or _DESCRIBES.search(folded[order:end]):
        return False
    if _OPENS.match(folded, order, end):
        return True
    if _CHARGES.search(folded, start, end) and actors(folded, start, end):
        return True
    return place is Mood.PLAN and sentence.paragraph == 0 and folded[end - 1] in "。;"

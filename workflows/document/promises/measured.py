"""What a figure measures: the noun phrase before it or behind it, short enough to stand in a column."""

from __future__ import annotations

import re

from workflows.commitments import Comparison
from workflows.document.promises.figures import Figure, figures

Place = tuple[int, int]

_REACH = 60
"""How far before a figure its verb and its name are looked for."""

_LONGEST = 26
_STOP = re.compile(r"[,。;:!?\n]")
_SCOPE = r"全[县市省区旗州国]|我[县市省区旗]|本[县市区]|各(?:地|乡镇|部门|县区?|区)?(?=每年|要|应|均)"
_HEAD = re.compile(
    r"(?:(?:19|20)\d\d年(?:度|底|末|前|内)*|(?:到|至|在|于|从|自)(?=(?:19|20)\d\d)|\d{1,2}月(?:份|底|末|前)*|今年|明年|年内|全年|年底前?|[上下]半年|第?[一二三四]季度(?:末|前)?"
    r"|[“\"]?十[三四五六]五[”\"]?(?:末|时?期间?|期末)?|三年内|\d年内|力争|确保|争取|保证|保障|推动|推进|促进|带动|使得?|将|把|让|要|应当?|须|并(?!联|网|轨)|同时|进一步|不断|持续|逐步|稳步"
    r"|加快|积极|努力|大力|重点(?![群人领行企项产高流区乡村镇地场单])|原则上|其中|有效|切实|全面|基本(?!公|医|养|农|药|草|建)|计划|规划(?=新|建)|拟|[一二三四五六七八九]是|每年|每月|逐年|力求"
    rf"|做到|且|也|通过|达到|支持|鼓励|引导|首批|首期|第一批|在(?=全)|不得?[少低]于|至少|最少|不超过|约|近|面向|各类|每个|{_SCOPE}|[、和及与的) ])"
)
_LEVEL_HEAD = re.compile(
    "提升|提高|加强|扩大|降低|加大|保持|完善|优化|健全|强化|实现|压减|增加|缩短|压缩|严控|控制|稳定|完成|实施"
)
_MAKING_HEAD = re.compile("新建|改建|扩建|改扩建|迁建|新改扩建|开展|组织|实施|举办|进行|完成|新增|改造")
_TAIL = re.compile(
    r"(?:要|应当?|须|均|都|也|力争|确保|不断|稳步|逐步|基本|总体|逐年|同比|年均|平均|原则上|分别|再|全部|争取|实现|努力|每年|每学年|累计|总计|达到|至少|不得?[少低]于|(?<=[率比])高|翻[一两]?番"
    r"|就|每日|每天|计划|,|、|:| |(?:到|至)?(?:19|20)\d\d年(?:底|末)?前?|\d{1,2}月底?前?"
    r"|(?:较|(?<!占)比(?![例重率]))[^,。;、]{1,12}|与[^,。;、]{1,12}相?比|在[^,。;]{1,16}(?:基础|水平)上|(?:由|从)[^,。;]{0,10}\d[^,。;]{0,6})$"
)
_NAME_ENDS = re.compile(r"[,。;:()\n]")
_ACTS = re.compile(
    "开展|进行|参加|赴|用于|给予|纳入|提供|实施|到(?=[国市县省境])|出国|来|享受|接受|以上|左右"
)
_BRACKET = re.compile(r"\([^()\n]{0,20}\)")
_OF_SHARE = re.compile("(?:率|占比|比例|比重|覆盖面|满意度|达标面|完成度|增速|增幅|涨幅)$")
_BETWEEN = re.compile("、|以及|和|与|及")


def is_share_name(name: str) -> bool:
    """Whether the name ends as rates and shares do (入园率, 占比), so that a bare per cent behind it says what it means."""
    return bool(_OF_SHARE.search(name))


def part_start(folded: str, position: int, floor: int) -> int:
    """Where the part of the sentence begins in which `position` stands; an open bracket begins a part of its own."""
    start = low = max(floor, position - _REACH)
    for stop in _STOP.finditer(folded, low, position):
        start = stop.end()
    opened = folded.rfind("(", start, position)
    return start if opened < 0 or ")" in folded[opened:position] else opened + 1


def name_before(folded: str, start: int, end: int, *, made: bool = False) -> Place | None:
    """The noun phrase between `start` and `end` without the times, modals and adverbs around it; None if none is left.

    `made` says that a verb of making stands before it, else a verb of level may stand at its head (提高公办园占比).
    """
    verbs = _MAKING_HEAD if made else _LEVEL_HEAD
    while start < end:
        head = _HEAD.match(folded, start, end) or verbs.match(folded, start, end)
        tail = None if head else _TAIL.search(folded, max(start, end - 16), end)
        if head:
            start = head.end()
        elif tail and tail.start() < end:
            end = tail.start()
        else:
            break
    start = _shortened(folded, start, end)
    return (start, end) if end - start >= 2 else None


def name_after(folded: str, figure: Figure, limit: int) -> Place | None:
    """The noun phrase behind a count (3所幼儿园), up to the next figure, stop or verb; None if there is none."""
    limit = min(limit, figure.end + 40)
    bracket = _BRACKET.match(folded, figure.end, limit)
    start = bracket.end() if bracket else figure.end
    stop = _NAME_ENDS.search(folded, start, limit)
    end = stop.start() if stop else limit
    following = next(figures(folded, start, end), None)
    if following and folded.startswith("的", following.end):  # 1个年收入50万元以上的村
        start = following.end + 1
    elif following:
        end = following.start
        while end > start and folded[end - 1] in "、和及与":
            end -= 1
    end = _one_noun(folded, start, end)
    acts = _ACTS.search(folded, start + 2, end)
    end = acts.start() if acts else end
    while start < end and folded[start] in "的 ":
        start += 1
    start = _shortened(folded, start, end)
    return (start, end) if end - start >= 2 else None


def shared_names(whole: str, count: int) -> list[str]:
    """The names of `count` figures that follow one phrase: 毛入园率、普惠率分别达到95%、90%."""
    if count == 1:
        return [whole]
    if count == 2 and whole.startswith("城乡"):
        return [whole.replace("城乡", "城镇", 1), whole.replace("城乡", "农村", 1)]
    pieces = [piece for piece in _BETWEEN.split(whole) if piece]
    if len(pieces) != count:
        return [whole] * count
    alike = is_share_name(pieces[0]) or not is_share_name(pieces[-1])
    return pieces if alike else [f"{whole}（{piece}）" for piece in pieces]


def completed(name: str, measured: str, comparison: Comparison) -> str:
    """A name that leaves out what is measured, with what the figure before measured: 入园率达到85%,东部地区达到95%."""
    changes = comparison in {Comparison.RISE_BY, Comparison.FALL_BY}
    if changes or name == measured or is_share_name(name) or not is_share_name(measured):
        return name
    return f"{measured}（{name}）"


def _shortened(folded: str, start: int, end: int) -> int:
    """Where a name too long to read begins: behind its last 的 or 、."""
    if end - start <= _LONGEST:
        return start
    for mark in "的、":
        at = folded.rfind(mark, start, end - 2)
        if at >= 0:
            return at + 1
    return end - _LONGEST


def _one_noun(folded: str, start: int, end: int) -> int:
    """The end of the first noun of a list, unless a 的 behind it shows that the list belongs to one noun."""
    listed = folded.find("、", start, end)
    return end if listed < 0 or folded.find("的", listed, end) >= 0 else listed

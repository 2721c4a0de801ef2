"""Figures as official Chinese prints them: 100%, 1:15, 3000个, 两所, 八成, 三分之一, 3—5所, and those lost in print (*%, xx所)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.document.script import HAN, han_number

_SHARES = "个百分点|百分点|%|％|‰|个基点|基点|倍"
_MONEY = "(?:万亿|千亿|百亿|亿|千万|百万|万|千)?(?:美元|元)"
_TIMES = "个工作日|工作日|个小时|小时|分钟|个月|周|天"
_COUNTS = (
    "微克/立方米|毫克/立方米|毫克/升|平方公里|平方千米|平方米|立方米|千瓦时|人次|场次|批次|课时|学时|学分|公里|千米|公顷|公斤|千瓦|兆瓦|户次|家次|所|名|人|位|户|家|个|项|件|座|处|栋"
    "|幢|间|套|台|辆|艘|亩|吨|场|次|期|门|节|条|张|份|例|只|头|株|册|本|篇|支|种|类|片|眼|米|班|对|宗|笔|款|床"
)
_HAN_COUNTS = "亿元|万元|所|名|家|座|处|场次|场|次|位|户|间|栋|人次"
_NUMBER = r"\d{1,3}(?:,\d{3}){1,3}(?![\d%])|\d{1,12}(?:\.\d{1,4})?"
_HAN_NUMBER = "[一二三四五六七八九十百千两]{1,7}"
_BLANK = r"[*＊×□]{1,6}|[xX]{1,4}|_{2,8}|\[\s{0,2}[*＊×□xX_]{0,8}\s{0,2}\]|\(\s{1,6}\)"
_UNIT = rf"{_SHARES}|{_MONEY}|{_TIMES}|(?:亿|千万|百万|十万|万|千)?(?:{_COUNTS})"
_LOST_COUNTS = "个|名|(?<=[园学校])所|(?<=楼)栋|人次|学时|课时|场次"
_EDGE = r"(?=[,。;、:)\s]|以上|以下|以内|左右|的|$)"
_NO_NAME = "姓签提排著知命域报实冠署笔除挂第更"
_LOST = (
    rf"(?<=[{HAN}])(?:%|％|个百分点|(?<![一二三四五六七八九十百千万亿两几数多余])[万亿]元(?!以上[{HAN}]))"
    rf"|(?<=[{HAN}])(?<![{_NO_NAME}每各整多两几])(?:{_LOST_COUNTS}){_EDGE}"
    r"|(?<=新建|建成|建设|招聘|招录|引进|培养|新增|培训|实施|完成|改造|打造|评选|安排|配备)"
    r"(?:所(?![需在有属得列涉述产用辖以谓长])|个(?![人体别性案股])|名(?![师园校优医家牌企厨村镇单录额片品胜人特中老]))"
)
_FIRST = "[0-9*＊×□xX_[(百一二三四五六七八九十千两半%％个万亿名所栋人学课场]"
"""What a figure may begin with, looked at before anything else: most characters begin none."""

_FIGURE = re.compile(
    rf"(?={_FIRST})(?:(?<![\d.A-Za-z第])(?P<ratio>\d{{1,3}}\s?:\s?\d{{1,4}}(?:\.\d)?)(?![\d:])"
    rf"|(?<![\d.A-Za-z第])(?:(?P<low>{_NUMBER})\s?(?:{_UNIT})?\s?(?:-{{1,2}}|~|至|到)\s?)?(?P<number>{_NUMBER})\s?(?P<plus>余|多)?(?P<unit>{_UNIT})"
    rf"|(?<![\d.A-Za-z第年月])(?P<bare>\d{{1,6}}(?:\.\d{{1,4}})?)(?=\s?(?:以上|以下|以内))"
    rf"|(?P<blank>{_BLANK})\s?(?P<blank_unit>{_UNIT})"
    rf"|百分之(?P<hundredths>{_NUMBER}|{_HAN_NUMBER})|(?P<hundred>百分百)|(?P<tenths>[一二三四五六七八九1-9])成(?![{HAN}]?[为员立功效果就本])"
    rf"|(?P<below>[二三四五六七八九十])分之(?P<above>[一二三四五六七八九])|(?P<half>一半|半数)"
    rf"|(?<![第每某唯同另各之百千万亿])(?P<han>{_HAN_NUMBER})(?P<han_unit>{_HAN_COUNTS})"
    rf"|(?P<lost>{_LOST}))"
)
_SUFFIX = re.compile(
    r"\s?(?:\(含\))?(?P<bound>[及或]?以上|之上|[及或]?以下|[及或]?以内|之内|内)?(?:左右|上下)?"
)

SHARES = frozenset(_SHARES.split("|"))
"""Units that compare: per cent, points, times."""

TIMES = frozenset(_TIMES.split("|"))
"""Units of time: a figure in them is a target only where something is made shorter or at least so long."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its unit and bound (以上, 以内). `value` is decimal text, `low`:… for a ratio; None where it is lost.

    `ceiling` is the upper end of a range whose lower end is `value`. `is_han` marks Chinese numerals, `is_lost` a unit
    that stands without any sign for its number.
    """

    start: int
    end: int
    value: str | None
    unit: str
    bound: str = ""
    ceiling: str | None = None
    is_han: bool = False
    is_lost: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the figure is a rate, a ratio or a change, not a count of things."""
        return self.unit in SHARES or (not self.unit and self.value is not None)

    @property
    def is_money(self) -> bool:
        """Whether the figure is a sum of money."""
        return self.unit.endswith("元")

    @property
    def is_time(self) -> bool:
        """Whether the figure is a length of time."""
        return self.unit in TIMES


def figures(folded: str, start: int, end: int) -> Iterator[Figure]:
    """The figures between `start` and `end`, in order."""
    for match in _FIGURE.finditer(folded, start, end):
        suffix = _SUFFIX.match(folded, match.end(), end)
        bound = (suffix.group("bound") or "") if suffix else ""
        value, unit, ceiling = _reading(match)
        stop = suffix.end() if suffix and suffix.group().strip() else match.end()
        yield Figure(
            match.start(), stop, value, unit, bound.strip("及或之"), ceiling,
            is_han=match.group("han") is not None,
            is_lost=match.group("lost") is not None,
        )  # fmt: skip


def _reading(match: re.Match[str]) -> tuple[str | None, str, str | None]:
    """Value, unit and upper end of a matched figure."""
    part = match.groupdict()
    if part["ratio"]:
        return re.sub(r"\s", "", part["ratio"]), "", None
    if part["bare"]:
        return part["bare"], "", None
    if part["number"]:
        number, unit = _plain(part["number"]), part["unit"].replace("％", "%")
        return (_plain(part["low"]), unit, number) if part["low"] else (number, unit, None)
    if part["han"]:
        return str(han_number(part["han"])), part["han_unit"], None
    if part["blank"] or part["lost"]:
        return None, (part["blank_unit"] or part["lost"]).replace("％", "%"), None
    return _share(part), "%", None


def _share(part: dict[str, str | None]) -> str:
    """Per cent, of a share in words: 百分之八十, 八成, 三分之二, 半数."""
    if part["hundredths"]:
        return (
            _plain(part["hundredths"])
            if part["hundredths"][0].isdecimal()
            else str(han_number(part["hundredths"]))
        )
    if part["tenths"]:
        return str(han_number(part["tenths"]) * 10)
    if part["above"] and part["below"]:
        return f"{100 * han_number(part['above']) / han_number(part['below']):.2f}".rstrip("0").rstrip(".")
    return "50" if part["half"] else "100"


def _plain(number: str) -> str:
    return number.replace(",", "")

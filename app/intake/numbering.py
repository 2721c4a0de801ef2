"""The automatic numbers of Word (numbering.xml), counted as Word counts them: 一、（一）1. are not in the text itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from app.intake.wordxml import child, child_value, local, number, value

_HAN_DIGITS = "零一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LEVELS = 9


def han(count: int) -> str:
    """A number below ten thousand in Chinese: 11 → 十一, 105 → 一百零五."""
    words = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, count = divmod(count, power)
        if digit:
            words += _HAN_DIGITS[digit] + unit
        elif words and count and not words.endswith("零"):
            words += "零"
    return words[1:] if words.startswith("一十") else words


def _roman(count: int) -> str:
    words = ""
    for worth, letters in _ROMAN:
        times, count = divmod(count, worth)
        words += letters * times
    return words


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _from(first: str, most: int) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + count - 1) if count <= most else str(count)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda count: f"{count:02}",
    "decimalFullWidth": lambda count: str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographDigital": lambda count: "".join("〇一二三四五六七八九"[int(digit)] for digit in str(count)),
    "japaneseDigitalTenThousand": lambda count: "".join("〇一二三四五六七八九"[int(digit)] for digit in str(count)),
    "chineseLegalSimplified": lambda count: han(count).translate(_LEGAL),
    "ideographTraditional": lambda count: _STEMS[(count - 1) % 10],
    "ideographZodiac": lambda count: _BRANCHES[(count - 1) % 12],
    "upperRoman": lambda count: _roman(count).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerLetter": _letters,
} | dict.fromkeys(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
     "taiwaneseCountingThousand", "ideographLegalTraditional", "koreanCounting"), han)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list counts and what its number looks like (lvlText: 第%1章, （%2）, %1.%2)."""

    style: str = "decimal"
    pattern: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"


@dataclass(slots=True)
class _List:
    """A w:num: the list it counts with, and the levels it begins anew or shapes for itself."""

    counter: str
    levels: dict[int, _Level]
    begins: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._by_style = dict(_styles(styles))
        self._lists = dict(_lists(numbering, self._by_style)) if numbering is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: etree._Element | None) -> str:
        """The number Word shows before the paragraph with these properties; empty for none and for a bullet."""
        number_id, level = self._place(properties)
        counting = self._lists.get(number_id)
        if counting is None or level not in counting.levels:
            return ""
        self._count(number_id, counting, level)
        return _printed(counting, self._counts[counting.counter], level)

    def _place(self, properties: etree._Element | None) -> tuple[str, int]:
        """The list and level of a paragraph: its own, else its style's."""
        if properties is None:
            return self._by_style.get("", ("0", 0))
        own = child(properties, "numPr")
        styled = self._by_style.get(child_value(properties, "pStyle") or "", ("0", 0))
        if own is None:
            return styled
        number_id = child_value(own, "numId")
        level = child_value(own, "ilvl")
        return number_id if number_id is not None else styled[0], number(level, styled[1])

    def _count(self, number_id: str, counting: _List, level: int) -> None:
        counts = self._counts.setdefault(counting.counter, {})
        if level in counting.begins and (number_id, level) not in self._begun:
            self._begun.add((number_id, level))
            counts[level] = counting.begins[level]
        else:
            counts[level] = counts.get(level, counting.levels[level].start - 1) + 1
        for upper in range(level):
            counts.setdefault(upper, counting.levels.get(upper, _Level()).start)
        for deeper in [deeper for deeper in counts if deeper > level]:
            restart = counting.levels.get(deeper, _Level()).restart
            if restart is None or level < restart:
                del counts[deeper]


def _printed(counting: _List, counts: dict[int, int], level: int) -> str:
    shape = counting.levels[level]
    if shape.style in {"bullet", "none"}:
        return ""

    def one(found: re.Match[str]) -> str:
        of = int(found.group(1)) - 1
        style = "decimal" if shape.legal else counting.levels.get(of, _Level()).style
        return styled(counts.get(of, 1), style)

    words = re.sub(r"%([1-9])", one, shape.pattern)
    spaced = shape.suffix != "nothing" and words and words[-1] not in "、）．，。"
    return f"{words} " if spaced else words


def styled(count: int, style: str) -> str:
    """A count in one of Word's number formats; those not known here are printed in figures."""
    return _STYLES.get(style, str)(count) if 0 < count < 10_000 else str(count)


def _lists(numbering: etree._Element, by_style: dict[str, tuple[str, int]]) -> Iterator[tuple[str, _List]]:
    shapes = {value(shape, "abstractNumId"): shape for shape in numbering if local(shape) == "abstractNum"}
    numbers = {value(num, "numId"): num for num in numbering if local(num) == "num"}
    for number_id, num in numbers.items():
        shape_id = child_value(num, "abstractNumId")
        shape = shapes.get(shape_id)
        link = child_value(shape, "numStyleLink") if shape is not None else None
        if link and (linked := numbers.get(by_style.get(link, ("0", 0))[0])) is not None:
            shape_id = child_value(linked, "abstractNumId")
            shape = shapes.get(shape_id)
        if shape is not None and number_id:
            yield number_id, _list(str(shape_id), shape, num)


def _list(counter: str, shape: etree._Element, num: etree._Element) -> _List:
    found = _List(counter, dict(_levels(shape)))
    for override in num:
        if local(override) == "lvlOverride":
            level = number(value(override, "ilvl"), 0)
            found.levels |= dict(_levels(override))
            begin = child_value(override, "startOverride")
            if begin is not None:
                found.begins[level] = number(begin, 1)
    return found


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in parent:
        at = number(value(level, "ilvl"), 0)
        if local(level) == "lvl" and 0 <= at < _LEVELS:
            restart = child_value(level, "lvlRestart")
            yield (
                at,
                _Level(
                    style=child_value(level, "numFmt") or "decimal",
                    pattern=child_value(level, "lvlText") or "",
                    start=number(child_value(level, "start"), 1),
                    restart=number(restart, at) if restart is not None else None,
                    legal=child(level, "isLgl") is not None,
                    suffix=child_value(level, "suff") or "tab",
                ),
            )


def _styles(styles: etree._Element | None) -> Iterator[tuple[str, tuple[str, int]]]:
    """Style → list and level, its base's where it has none; "" is the default paragraph style."""
    if styles is None:
        return
    by_id = {value(style, "styleId") or "": style for style in styles if local(style) == "style"}
    for style_id, style in by_id.items():
        place = _styled_place(style, by_id)
        yield style_id, place
        if value(style, "default") in {"1", "true"} and value(style, "type") == "paragraph":
            yield "", place


def _styled_place(style: etree._Element | None, by_id: dict[str, etree._Element]) -> tuple[str, int]:
    for _ in range(_DEEPEST):
        if style is None:
            break
        properties = child(style, "pPr")
        own = child(properties, "numPr") if properties is not None else None
        if own is not None:
            return child_value(own, "numId") or "0", number(child_value(own, "ilvl"), 0)
        style = by_id.get(child_value(style, "basedOn") or "")
    return "0", 0


_DEEPEST = 20
"""Styles based on styles; Word itself allows no more than eleven."""

"""How words stand in a formal document: without control characters, years of numbers in 六角括号, dates without weekday."""

from __future__ import annotations

import re
from datetime import date

_NOT_PRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_YEAR = re.compile(r"[\[（(【〔［]\s*(\d{4})\s*[\]）)】〕］]")
_BREAKS = re.compile(r"\r\n|[\n\r\u2028\u2029]")


def printable(words: str) -> str:
    """The words without characters that no document can hold, on one line."""
    return _NOT_PRINTED.sub("", _BREAKS.sub(" ", words).replace("\t", " ")).strip()


def lines(words: str) -> list[str]:
    """The lines of a text that say something, each printable."""
    return [line for line in map(printable, _BREAKS.split(words)) if line]


def bracketed(number: str) -> str:
    """A 发文字号 with its year in 六角括号: 云督〔2025〕3号 (GB/T 9704-2012, 7.2.5), whatever brackets were typed."""
    return _YEAR.sub(r"〔\1〕", printable(number))


def formal_date(day: date) -> str:
    """成文日期: 2025年4月10日 (7.3.5.4: Arabic figures, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


_BREAK_BEHIND, _BREAK_BEFORE = "》）月度年日局县市：，、", ("《", "关于", "工作")
_WHOLE = re.compile(r"[0-9A-Za-z.%〔〕]")
_WISH = 6
"""Characters of balance given up for a break where the sense allows one."""


def title_lines(title: str, fits: int) -> list[str]:
    """A title in lines of at most `fits` characters, of like length, broken where the sense allows it (7.3.1)."""
    words = printable(title)
    if len(words) <= fits:
        return [words]
    count = -(-len(words) // fits)
    at = min(range(max(1, len(words) - fits * (count - 1)), fits + 1), key=lambda at: _harm(words, at, count))
    return [words[:at], *title_lines(words[at:], fits)]


def _harm(words: str, at: int, count: int) -> float:
    harm = abs(len(words) / count - at)
    if (_WHOLE.match(words[at - 1]) or words[at - 1] == "年") and _WHOLE.match(words[at : at + 1]):
        harm += len(words)
    if words[at : at + 1] in "》）、，。的" or words[at - 1] in "《（":
        harm += 2 * _WISH
    if words.count("《", 0, at) > words.count("》", 0, at):
        harm += 2 * _WISH
    good = words[at - 1] in _BREAK_BEHIND or words.startswith(_BREAK_BEFORE, at)
    return harm - _WISH * good

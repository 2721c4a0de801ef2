"""Plans of any length to read: the same paragraphs as text, Word, web page, task list and PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.intake.numbering import han
from tests.papers import Painted, paragraph, pdf, typeset, word, workbook

PAGE = 28 * 22
"""Characters a page has room for."""

_DEMANDS = (
    "加强统筹协调，健全工作机制，推动各项措施落地见效，切实提高服务水平，让群众有实实在在的获得感",
    "新建改扩建公办幼儿园二十所，新增学位三千个，完善配套设施，配齐配强教师队伍，加强日常监督管理",
    "开展农村公路提质改造，完善安全防护设施，建立健全管护长效机制，及时消除隐患，保障群众出行安全",
)
_UNITS = ("县教育局", "县交通运输局", "县民政局", "县卫生健康局")
_PER_SECTION = 10


def paragraphs(pages: int) -> list[str]:
    """The paragraphs of a plan that fills so many pages, title first."""
    found = ["云岭县高质量发展三年行动计划"]
    room = pages * PAGE
    number = 0
    while room > 0:
        if number % _PER_SECTION == 0:
            found.append(f"{han(number // _PER_SECTION % 9999 + 1)}、重点任务")
            room -= 28
        found.append(_task(number))
        room -= -(-(len(found[-1]) + 2) // 28) * 28
        number += 1
    return found


def _task(number: int) -> str:
    lead, other = _UNITS[number % 4], _UNITS[(number + 1) % 4]
    return (
        f"{number % _PER_SECTION + 1}．{'。'.join((_DEMANDS[number % 3], _DEMANDS[(number + 1) % 3]))}，"
        f"{2025 + number % 3}年{number % 12 + 1}月底前完成第{number + 1}项。"
        f"（牵头单位：{lead}；责任单位：{other}、县财政局，各乡镇人民政府）"
    )


def _word(found: Sequence[str]) -> bytes:
    return word("".join(map(paragraph, found)))


def _page(found: Sequence[str]) -> bytes:
    body = "".join(f"<p>{words}</p>" for words in found)
    return f"<html><head><meta charset=utf-8></head><body><div>{body}</div></body></html>".encode()


def _list(found: Sequence[str]) -> bytes:
    tasks = [words for words in found if "．" in words]
    rows = [
        (at, words.split("（")[0], _UNITS[at % 4], "县财政局、各乡镇人民政府", "2025年6月底前")
        for at, words in enumerate(tasks, 1)
    ]
    return workbook({"清单": [("序号", "重点任务", "牵头单位", "责任单位", "完成时限"), *rows]})


def _printed(found: Sequence[str]) -> bytes:
    """Set line by line on pages of 22 lines, with page numbers."""
    lines = [(x, words) for paragraph_ in found for x, _, _, words in typeset([paragraph_])]
    pages: list[list[Painted]] = []
    for first in range(0, len(lines), 22):
        page = [(x, 760 - 28.8 * at, 16.0, words) for at, (x, words) in enumerate(lines[first : first + 22])]
        pages.append([*page, (280.0, 50.0, 14.0, f"— {len(pages) + 1} —")])
    return pdf(pages)


MAKERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "txt": lambda found: "\n".join(found).encode(),
    "docx": _word,
    "html": _page,
    "xlsx": _list,
    "pdf": _printed,
}

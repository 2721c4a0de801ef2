"""Real files of every kind that is read, and ways to spoil them: with the same chance, the same bytes."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from tests.papers import cell, paragraph, pdf, run, table, typeset, word, workbook, zipped

LEVEL = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="0">{LEVEL}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="2"/></w:lvlOverride></w:num>'
)
LISTED = '<w:pStyle w:val="A"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
BODY = (
    paragraph("云岭县行动计划")
    + paragraph("修路十里。（责任单位：县交通运输局）", LISTED)
    + table(
        "".join(map(cell, ("序号", "任务", "责任单位"))),
        cell("1") + cell("办学", '<w:gridSpan w:val="2"/>') + cell("县教育局", '<w:vMerge w:val="restart"/>'),
        cell("2") + cell(paragraph("建桥") + table(cell("内"))) + cell("", "<w:vMerge/>"),
    )
    + f"<w:p><w:ins>{run('新')}</w:ins><w:del>{run('旧')}</w:del><w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
)
ROWS = [
    ("任务清单",),
    ("序号", "任务", "责任单位", "时限"),
    (1, "修路", "县交通运输局", 0.5),
    (2, "建桥", None, "2025年"),
]
PAGE = (
    "<html><head><meta charset=gb2312><title>计划</title></head><body><div class=nav>首页</div><ol><li>一</ol>"
    "<table><tr><td rowspan=2>序号<td>任务<td>责任单位<tr><td colspan=2>修路</table><p>正文&nbsp;&#x4e00;</body></html>"
)
MHT = "MIME-Version: 1.0\nSubject: x\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/html\n\n"


def ruled(canvas: Canvas, _page: int) -> None:
    """A table of two rows and two columns around 修路 and 建桥."""
    for at in range(3):
        canvas.line(74, 780 - 40 * at, 474, 780 - 40 * at)
        canvas.line(74 + 200 * at, 700, 74 + 200 * at, 780)


SAMPLES: dict[str, bytes] = {
    "a.docx": word(
        BODY,
        {
            "numbering": NUMBERING,
            "styles": '<w:style w:styleId="A" w:default="1" w:type="paragraph"><w:basedOn w:val="A"/></w:style>',
            "footnotes": f'<w:footnote w:id="1">{paragraph("注")}</w:footnote>',
            "header": paragraph("页眉"),
        },
    ),
    "a.xlsx": workbook({"一": ROWS, "二": ROWS}, ["A1:D1", "C3:C4"]),
    "a.pdf": pdf([typeset(["一、修路十里，" * 9]), typeset(["二、建桥。"])], owner="keeper"),
    "b.pdf": pdf([typeset(["一、修路十里，" * 9])]),
    "c.pdf": pdf([[(80, 760, 12, "修路"), (280, 760, 12, "建桥")]] * 2, drawn=ruled, packed=False),
    "a.html": PAGE.encode("gb18030"),
    "a.mht": f"{MHT}{PAGE}\n--B--\n".encode("gb18030"),
    "a.csv": "\r\n".join(",".join(str(value or "") for value in row) for row in ROWS).encode("utf-16"),
    "a.txt": "一、修路十里。\n".encode("gb18030") * 8,
}


def flipped(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 12)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def cut(content: bytearray, chance: random.Random) -> bytearray:
    first, last = sorted(chance.choices(range(len(content) + 1), k=2))
    return content[:first] + content[last:] if chance.random() < 0.7 else content[:first]


def repeated(content: bytearray, chance: random.Random) -> bytearray:
    first = chance.randrange(len(content))
    return (
        content[:first]
        + content[first : first + chance.randint(1, 60)] * chance.randint(2, 40)
        + content[first:]
    )


def swollen(content: bytearray, chance: random.Random) -> bytearray:
    """A number or word of the content made extreme."""
    digits = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
    at = chance.choice(digits or [0])
    extreme = chance.choice(
        [b"-1", b"0", b"99999999999", b"1e309", b"\xff\xfe", b"&#0;", b"&#xD800;", b"<", b"\0"]
    )
    return content[:at] + extreme + content[at + 1 :]


MUTATIONS: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (flipped, cut, repeated, swollen)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content after one to three changes; of a package, mostly inside one of its parts."""
    if content.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(BytesIO(content)) as package:
            members = {name: package.read(name) for name in package.namelist()}
        name = chance.choice(sorted(members))
        return zipped({**members, name: mutated(members[name], chance)})
    changed = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        changed = chance.choice(MUTATIONS)(changed or bytearray(b"0"), chance)
    return bytes(changed)

"""Whatever bytes come in, a reader gives clean text or refuses with a sentence: never another error, never a hang."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from app import intake
from tests.papers import cell, paragraph, pdf, run, table, typeset, word, workbook, zipped
from workflows.errors import Refused

INPUTS = 120
"""Mutated inputs for each format; all of them are the same in every run."""

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


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_before_it_is_spoilt(name: str) -> None:
    assert "修路" in intake.text_of(name, SAMPLES[name])


def outcome(name: str, content: bytes) -> str | Refused:
    """The text, or the refusal; every other error is the test's to see."""
    try:
        return intake.text_of(name, content)
    except Refused as refusal:
        return refusal


@pytest.mark.parametrize("name", SAMPLES)
def test_spoilt_bytes_give_clean_text_or_a_refusal(name: str) -> None:
    chance = random.Random(f"intake {name}")
    outcomes = [outcome(name, mutated(SAMPLES[name], chance)) for _ in range(INPUTS)]
    for text in (found for found in outcomes if isinstance(found, str)):
        assert "\0" not in text
        assert text.encode("utf-8").strip()
    for refusal in (found for found in outcomes if isinstance(found, Refused)):
        assert refusal.code in {"unreadable", "too-large"}
        assert str(refusal).endswith("。")
    assert any(isinstance(found, str) for found in outcomes), "the mutations reach nothing behind the door"

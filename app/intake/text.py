"""Bytes → text: UTF-8, UTF-16 and the Chinese national encodings, all of which GB18030 covers."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator, Sequence

from charset_normalizer import from_bytes

from workflows.errors import Refused

_SUPPLEMENT = "⺟⺠⺩⺫⺬⺮⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳"
_PRINTED = "母民王目示竹虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟"


def _without_radicals() -> dict[int, str | None]:
    """PDF fonts often print 工 as the radical ⼯: back to the character; control characters go."""
    table: dict[int, str | None] = {
        code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
    }
    table |= {ord(radical): plain for radical, plain in zip(_SUPPLEMENT, _PRINTED, strict=True)}
    table |= dict.fromkeys(
        [*range(9), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFEFF]
    )
    return table | {0x0C: "\n", 0x85: "\n"}


_CLEAN = _without_radicals()


def clean(text: str) -> str:
    """Text with plain line ends and nothing a database or a page cannot hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of the bytes; what a file declares of itself is believed where it holds. Raises Refused unreadable."""
    for mark, encoding in _MARKED:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    for encoding in _candidates(declared):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    best = _nearly(content) or from_bytes(content[:_SAMPLE]).best()
    if best is None:
        raise Refused("unreadable", "认不出文件的文字编码。请用记事本另存为 UTF-8 编码后再上传。")
    return best if isinstance(best, str) else content.decode(best.encoding, errors="replace")


_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_FEW = 100


def _candidates(declared: str | None) -> Sequence[str]:
    """UTF-8 tells itself; what is declared as GB2312 or GBK holds characters beyond them, such as 镕."""
    name = (declared or "").strip().lower()
    return ("utf-8", name, "gb18030") if name in {"big5", "utf-16"} else ("utf-8", "gb18030")


def _nearly(content: bytes) -> str | None:
    """The text in the encoding that leaves only a stray character in a hundred unread."""
    for encoding in ("utf-8", "gb18030"):
        text = content.decode(encoding, errors="replace")
        if text.count("\ufffd") * _FEW < len(text):
            return text
    return None


def read_text(content: bytes) -> Iterator[str]:
    """The text of a plain text file."""
    yield decode(content)

"""Texts that a site has salted against copying: the sound of a character in brackets behind it, 发(fā)展, 单（dān）位."""

from __future__ import annotations

import re
import unicodedata

_HAN = "\u4e00-\u9fff"
_LETTER = "a-zɑɡ\u00e0-\u01dc\u0300-\u030c"
_BRACKETED = re.compile(rf"(?<=[{_HAN}])[(（﹙]\s?([{_LETTER}]{{1,9}})\s?[)）﹚]")
_SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:[aeo]|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|iou|ian|in|iang|ing|iong|u|ua|uo|uai|ui|uei|uan|un|uen|uang|v|ve|ue)"
)
_PLAIN = str.maketrans({"ɑ": "a", "ɡ": "g", "ü": "v"})
_ENOUGH = 3
"""So many syllables without tones are no chance; one (ping) may be a word of its own."""


def without_syllables(text: str) -> str:
    """The text without the sounds; those printed without tones go only where there are several."""
    found = [sound for sound in _BRACKETED.finditer(text) if _is_syllable(sound.group(1))]
    plain = sum(sound.group(1).isascii() for sound in found)
    doomed = [sound.span() for sound in found if plain >= _ENOUGH or not sound.group(1).isascii()]
    if not doomed:
        return text
    edges = [0, *(edge for span in doomed for edge in span), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _is_syllable(word: str) -> bool:
    if word.isascii() and len(word) < 2:
        return False  # (a), (e) count
    letters = unicodedata.normalize("NFD", word.translate(_PLAIN))
    toneless = unicodedata.normalize("NFC", re.sub("[\u0300\u0301\u0304\u030c]", "", letters)).translate(
        _PLAIN
    )
    return bool(_SYLLABLE.fullmatch(toneless))

"""One way of writing for many: the folded text every rule of this package reads.

Official texts come with full-width and ASCII punctuation, three kinds of brackets, and now and then in
traditional characters. Folding replaces character by character, so a position in the folded text is the
same position in the given text; the printed words are always taken from the given text.
"""

from __future__ import annotations

import re
import unicodedata

_PUNCTUATION = {
    "（": "(", "）": ")", "﹙": "(", "﹚": ")", "〔": "[", "〕": "]", "［": "[", "］": "]", "【": "[", "】": "]",
    "，": ",", "﹐": ",", "：": ":", "︰": ":", "﹕": ":", "∶": ":", "︓": ":", "；": ";", "﹔": ";", "．": ".", "﹒": ".", "·": ".",
    "！": "!", "？": "?", "｡": "。", "﹑": "、", "､": "、", "／": "/", "｜": "|", "│": "|", "┃": "|", "║": "|",
    "－": "-", "—": "-", "–": "-", "―": "-", "−": "-", "～": "~", "〜": "~",
    "\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\ufeff": " ",
    "\u200b": " ", "\r": " ", "\x0b": " ", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip

_TRADITIONAL = (
    "牽頭責單負關門務導領時間點開辦區縣鎮鄉廳發議員會個後總協實續從內於進動階劃標準構業團屬類與為參醫療財稅監場農黨"
    "組織紀統戰產機電號項見題繼長堅達終盡週應積極據聯審計衛設國廣東際經濟資訊興環規質檢驗證銀險報執處隊編兩萬億雙"
    "歲滿補給過還對將來擬訂製貫徹傳師學園館體認識減徵繳納請適當確範圍歸專強營貿廠灣龍寧陽漢蘇蘭鐵鋼煙僑檔測繪風"
    "氣輸運郵儲備護養勞殘婦兒鍊鏈優創復採購價權釋範圖書視聲網絡雲臺讓護夠須顧問調變舊歷屆緊條職稱籌辭礎隻"
)
_SIMPLIFIED = (
    "牵头责单负关门务导领时间点开办区县镇乡厅发议员会个后总协实续从内于进动阶划标准构业团属类与为参医疗财税监场农党"
    "组织纪统战产机电号项见题继长坚达终尽周应积极据联审计卫设国广东际经济资讯兴环规质检验证银险报执处队编两万亿双"
    "岁满补给过还对将来拟订制贯彻传师学园馆体认识减征缴纳请适当确范围归专强营贸厂湾龙宁阳汉苏兰铁钢烟侨档测绘风"
    "气输运邮储备护养劳残妇儿链链优创复采购价权释范图书视声网络云台让护够须顾问调变旧历届紧条职称筹辞础只"
)

_FULL_WIDTH_DIGITS = dict(zip("０１２３４５６７８９", "0123456789", strict=True))

_RADICALS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
"""Kangxi radicals, which PDF files print for the characters that look like them."""

_FOLD = str.maketrans(
    _PUNCTUATION | _FULL_WIDTH_DIGITS | _RADICALS | dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)),
)

HAN = "\u4e00-\u9fff"
"""The range of Chinese characters, for use inside a regular expression's character class."""


_ANGLES = re.compile(r"[<〈＜]([省市县区旗州盟镇乡、街道办事处园人民政府]{1,12})[>〉＞]")
"""Angle brackets in the name of a collective, where sites use them for round ones: 各县<市、区>人民政府."""


def fold(text: str) -> str:
    """`text` in one script and one punctuation, of the same length: offsets hold in both."""
    return _ANGLES.sub(r"(\1)", text.translate(_FOLD))


_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100}


def han_number(words: str) -> int:
    """The value of a number up to 999 in Chinese or Arabic digits: 十一 → 11, 二十 → 20, 三 → 3, 12 → 12."""
    if words.isdecimal():
        return int(words)
    total, digit = 0, 0
    for character in words:
        if character in _HAN_UNITS:
            total += max(digit, 1) * _HAN_UNITS[character]
            digit = 0
        else:
            digit = _HAN_DIGITS.get(character, 0)
    return total + digit


_BREAK = re.compile(r"\s*\n\s*")


def on_one_line(words: str) -> str:
    """The words without the line breaks of the page."""
    return (_BREAK.sub("", words) if "\n" in words else words).strip()

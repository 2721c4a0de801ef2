"""What a unit's name looks like, and how a list of units is written (A、B和C，各县（市、区）政府等)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from workflows.document.items.brackets import split_outside, trim

_ENDINGS = (
    "局|委|办|厅|部|院|署|会|联|协|行|处|所|站|社|馆|校|园|团|组|室|台|队|司|科|股|中心|支中|中支|公司|集团|政府|海关|部门|单位|地区|机构|企业"
    "|街道|乡镇|镇|乡|区|县|市|州|旗|盟|省|专班|法院|法庭|大学|人大|政协|医院|邮政|电力|供电|烟草|电信|移动|联通|铁塔|主体|基地|人民银行"
    "|苏木|海事|消防|村|社区|工委|党校|高校|职校|银保监|检察|监狱|戒毒|学院|协作区|银行|平台|成员|党工委|指挥部|机关|国企|运营商"
)
_BRACKETED = r"\((?:[^()]{0,40})\)|\[(?:[^\[\]]{0,40})\]"
_BRACKET_TEXT = re.compile(_BRACKETED)
_ENDING = re.compile(f"(?:{_ENDINGS})$")
_COLLECTIVE = re.compile(
    r"^各|^所有|^全体|^全[省市州县区旗校](?:体|各|所有|部|系统)|^全[省市州县区旗].{0,6}(?:部门|单位)$|各(?:级|地|有关|相关|市|县|区|乡|镇|部门|单位)|有关|相关|成员单位|^其他|等单位"
)
_LONGEST_NAME = 48

# Units are cut at 及、和 only before another unit: 银保监会及各地区, but 人力资源和社会保障厅.
_STRONG_END = "局委办厅部院署会联行门位区府关心司团组室处"
_NEXT_UNIT = r"(?:各|有关|相关|其他|国务院|省|自治区|市|州|县|区|旗|盟|乡|镇|团[省市州县区旗])"
_JOINT = re.compile(f"(?<=[{_STRONG_END}])(?:以及|及其|及|和|与)(?={_NEXT_UNIT})")
_JOINT_NAMES = re.compile(
    r"(?<=[局委办厅部署馆院站所])(?:以及|及|和|与)(?=[^()]{1,14}(?:局|委|办|厅|署|会|联|部|馆|院|站|所|中心|公司)$)"
)
_ET_CETERA = re.compile(
    r"等(?:\d{1,2}个?|[一二三四五六七八九十]{1,2}个?)?(?:部门|单位|地区|机构|企业|成员单位)?$"
    r"|(?<![高中初平同均])等(?=(?:国务院|中央|国家|省|自治区|市|州|盟|县|区|旗|镇)?[直级属]?(?:各|相关|有关|成员|其他))"
    r"|等(?:\d{0,2}个?)?(?:部门|单位|地区)(?=(?:以?及|和|与)?各)"
)
_PLACE = r"(?:设区市|地级市|县级市|自治[州县旗区]|直辖市|地级以上市|市州|县市区|县区|旗县|乡镇|街道|社区|苏木|场|[省地市州县区旗盟乡镇村])"
_PLACES = re.compile(rf"^各?{_PLACE}(?:{_BRACKETED})?$")
_MORE_PLACES = re.compile(
    rf"^{_PLACE}(?:{_BRACKETED})?(?:(?:人民)?政府(?:{_BRACKETED})?|行政公署|行署|办事处|管委会|党委|党工委)?等?$"
)
_PARTY_AND_STATE = re.compile(r"^各\w{1,8}(?:党委|党工委)(?:、|$)")
"""A party body whose state twin follows without its own name: 各乡镇党委、政府, 各街道党工委、办事处."""
_OF_PLACES = re.compile(r"^[市县区旗]?(?:人民政府|政府|管委会|办事处)$")
_LEADING = re.compile(
    r"^(?:(?:以上|上述|以下|此项?|该项?|本项?|这项|本条|各项|具体)?(?:工作|任务|措施|事项|内容|项目|活动|行动)?(?:均|主要|具体|分别|统一)?由|[此该本]项(?:工作|任务)(?=[省市州县区旗各])|以及|及其?|和|与|并|或)(?=[^\s])"
)
POST = re.compile(
    r"(?:(?:同志|书记|主席|常委|秘书长|[总副]?[省市州县区旗镇乡]长)|副(?:主任|部长|局长|主席|书记))$"
)
"""A name that is a person's by the post behind it: 某副县长, 某同志."""
_SHARED_HEAD = re.compile(r"^[\u4e00-\u9fff]{2,8}部门$")


def looks_like_unit(name: str) -> bool:
    """Whether the folded `name` ends as the names of Chinese public bodies end."""
    bare = (_BRACKET_TEXT.sub("", name) if "(" in name or "[" in name else name).strip()
    if not 2 <= len(bare) <= _LONGEST_NAME:
        return len(bare) == 1 and bare in "市县区省"
    return bool(_ENDING.search(bare)) or bare.startswith(("各", "有关", "相关"))


def is_collective(name: str) -> bool:
    """Whether the folded `name` stands for many units (各幼儿园, 成员单位, 有关部门)."""
    return bool(_COLLECTIVE.search(name))


def unit_names(folded: str, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
    """The places of the units in the list between `start` and `end`, and whether 等 leaves it open."""
    found: list[tuple[int, int]] = []
    open_list = False
    for first, last in _joined(folded, _at_blanks(folded, split_outside(folded, start, end, "、,;。\n"))):
        for piece in _at_joints(folded, first, last):
            names, was_open = _without_et_cetera(folded, *piece)
            open_list = open_list or was_open
            found.extend(place for name in names for place in _further_joints(folded, *name))
    return [place for place in found if place[0] < place[1]], open_list


def _at_blanks(folded: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces cut at blanks and slashes where what stands between them are units."""
    found: list[tuple[int, int]] = []
    for piece in pieces:
        parts = split_outside(folded, *piece, " \t/")
        words = [folded[slice(*part)] for part in parts]
        whole = len(parts) < 2 or not all(map(looks_like_unit, words)) or _is_spaced(words)
        found.extend([piece] if whole else parts)
    return found


def _is_spaced(words: list[str]) -> bool:
    """Whether the blank stands inside one name: 各县（市、区） 人民政府."""
    return any(first.startswith("各") and _OF_PLACES.match(second) for first, second in pairwise(words))


def _joined(folded: str, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pieces put together again where the 、 stands inside one name: 各市、县（区）政府; 编制、人社部门."""
    waiting: tuple[int, int] | None = None
    for piece in pieces:
        if waiting is None:
            waiting = piece
        elif _belong_together(folded, waiting, piece):
            waiting = (waiting[0], piece[1])
        else:
            yield waiting
            waiting = piece
    if waiting is not None:
        yield waiting


def is_wrapped(folded: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether only the page's line end stands between two pieces, and a name goes on over it: 县人社⏎局."""
    gap = folded[first[1] : second[0]]
    if "\n" not in gap or gap.strip():
        return False
    before = folded[slice(*first)].rpartition("、")[2]
    after = folded[slice(*second)].partition("、")[0]
    return len(before) == 1 or not looks_like_unit(before) or not looks_like_unit(after)


def _belong_together(folded: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    if is_wrapped(folded, first, second):
        return True
    if folded[first[1] : second[0]].strip() != "、":
        return False
    left, right = folded[slice(*first)], folded[slice(*second)]
    last_left = _BRACKET_TEXT.sub("", left).rpartition("、")[2]
    if left.startswith("各") and _PLACES.match(last_left) and _MORE_PLACES.match(right):
        return True
    if _PARTY_AND_STATE.match(left) and right in {"政府", "人民政府", "办事处", "管委会"}:
        return True
    if left.startswith("各") and left.endswith(("行政公署", "行署")) and _MORE_PLACES.match(right):
        return True
    return not _ENDING.search(left) and bool(_SHARED_HEAD.match(right)) and "等" not in right


def _at_joints(folded: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    for joint in _JOINT.finditer(folded, first, last):
        if looks_like_unit(folded[first : joint.start()]):
            yield first, joint.start()
            first = joint.end()
    yield first, last


def _further_joints(folded: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    lead = _LEADING.match(folded[first:last])
    if lead and looks_like_unit(folded[first + lead.end() : last]):
        first += lead.end()
    joint = _JOINT_NAMES.search(folded[first:last])
    if joint and looks_like_unit(folded[first : first + joint.start()]):
        yield trim(folded, first, first + joint.start())
        first += joint.end()
    yield trim(folded, first, last)


def _without_et_cetera(folded: str, first: int, last: int) -> tuple[list[tuple[int, int]], bool]:
    words = folded[first:last]
    found = _ET_CETERA.search(words)
    if found is None or (found.start() == 0 and found.end() == len(words)):
        return ([] if found else [(first, last)]), bool(found)
    before = (first, first + found.start())
    after = trim(folded, first + found.end(), last)
    closed = after[0] < after[1] and found.group() == "等"
    return [before, after], not closed

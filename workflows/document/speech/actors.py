"""Who acts in running text: the units that stand as subject before 要, 将, 负责 or a verb of work (市教育局要制定…)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.document.naming.unitnames import unit_names
from workflows.document.speech.imperatives import IMPERATIVES

Place = tuple[int, int]

_REACH = 60
_THEN = re.compile(
    rf"(?:都|也|还|就|更|均|一定|尤其|特别)?要(?!求|素|点|害|闻|么)|必须|务必|应当?|须|需(?!求|要)|不得|严禁|[将对于按把在向]|负责|牵头|配合|参与|协助|会同|每[年月周季学半]|根据|结合|继续|(?:尤其|特别)是|{IMPERATIVES}"
)
_LEAD = re.compile(
    r"(?:同时|此外|另外|其中|首先|其次|最后|特别是|尤其是|下一步|今年|明年|今后|年内|请|由|要求|会同|联合|[一二三四五六七八九十]是)?,?"
    r"(?:(?:到|在)?(?:20\d\d年)?(?:\d{1,2}月)?[底末]?[前内]?,?)(?:由)?"
)
_NO_UNIT = re.compile(
    r"^(?:全|我|本|该|这|那|整个?)(?:省|市|州|县|区|旗|镇|乡|村|校|园|局)$|^(?:我们|大家|同志|城区|农村|城乡|每[年月周日天季半学期]|[对向与把将使让为在给于从按以])|的|^[^各全]{1,8}[^省市县区旗州直属全内级]各"
)
_BODY = re.compile(
    r"(?:局|委|办|厅|部门|单位|政府|党委|党组|工委|委员会|管委会|办公室|中心|残联|妇联|团委|工会|协会|学校|小学|中学|中小学|校|幼儿园|园|学区|乡镇|街道"
    r"|镇|乡|村|场|社区|区|县|市|州|旗|公司|集团|银行|法院|检察院|医院|站|派出所|卫生院|大队|支队|村委会|居委会|科室|股室|处室|专班|领导小组|督导室|督查室|教研室|机构|财政|企业)(?:\([^()]{1,12}\))?$"
)
_MANY = re.compile(r"^(?:全[省市县区旗])?[各每]")
_SHORT = {"园", "校", "区", "县", "市", "州", "旗", "镇", "乡", "村", "场", "企业", "机构", "中心", "财政"}
"""Endings that make a unit only behind 各, 每 or a place (各区, 每个农村学区, 市级财政)."""
_PLACED = re.compile(r"^(?:中央|国家|省|自治区|市|州|县|区|旗|镇|乡)")


def actors(folded: str, start: int, end: int) -> tuple[Place, ...]:
    """The places of the units that act in the sentence between `start` and `end`, in printed order."""
    found: list[Place] = []
    for first, last in _clauses(folded, start, end):
        found.extend(_subject(folded, first, last))
    return tuple(found)


def _clauses(folded: str, start: int, end: int) -> Iterator[Place]:
    first = start
    for stop in re.finditer(r"[,;:。\n]", folded[start:end]):
        yield first, start + stop.start()
        first = start + stop.end()
    yield first, end


def _subject(folded: str, first: int, last: int) -> list[Place]:
    lead = _LEAD.match(folded, first, last)
    first = lead.end() if lead else first
    while first < last and folded[first] in " \t":
        first += 1
    for then in _THEN.finditer(folded, first + 1, min(last, first + _REACH)):
        places, _ = unit_names(folded, first, then.start())
        if places and all(_is_body(folded[slice(*place)]) for place in places):
            return places
    return []


def _is_body(name: str) -> bool:
    ending = _BODY.search(name)
    if ending is None or len(name) < 2 or len(name) > 20 or _NO_UNIT.search(name):
        return False
    if ending.group() in _SHORT or name.endswith(("幼儿园", "学校")):
        return bool(_MANY.match(name)) or (bool(_PLACED.match(name)) and len(name) > 2)
    return True

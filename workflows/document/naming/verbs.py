"""The words behind names that give them their share: A牵头, B会同C, D按职责分工负责, E配合, F指导, G为牵头单位."""

from __future__ import annotations

import re

from workflows.units import Share

_DUTIES = "职责|职能|分工|任务|权限|属地|法定|原则|要求|范围"
_BY_DUTY = rf"(?:按照?|根据|依据?|依照|结合)(?:各自|本部门|本单位)?(?:的)?(?:工作)?(?:{_DUTIES}){{1,6}}"
_MANNER = rf"(?:{_BY_DUTY}|分别|共同|各自|具体|联合|统筹(?!协调|抓总)|组织|积极|密切|全力|合力|协力|分级|分头|分工|协同|共同组织|依法|认真|抓紧){{0,5}}"
_DEEDS = "组织|实施|落实|推进|推动|办理|开展|执行|完成|承担|承办|抓好|做好|贯彻|协调|抓总|汇总|制定|抓落实|落地|到位|调度|建设"
_TAIL = "(?:(?:相关|有关|各项|具体|此项|该项)(?:工作|事宜))?"
_BODY = "(?:责任)?(?:单位|部门|科室|处室)"

VERB = re.compile(
    rf"{_MANNER}(?:"
    rf"(?P<lead>(?:作)?为(?:总)?(?:牵头|主办|主责|主要){_BODY}|(?:负责)?(?:总)?牵头(?!单位|部门|人|考核|科|处|领导|责任)(?:负责|{_DEEDS}){{0,5}}{_TAIL}"
    r"|(?:主办|主责|主抓|总负责|负总责|统筹(?:协调|抓总)?)$)"
    r"|(?P<join>会同)"
    rf"|(?P<support>(?:作)?为(?:配合|协办|协同|协作|协助|参与|参加|其他){_BODY}|(?:支持)?配合(?!单位|部门|责任|科|处)(?:支持|{_DEEDS}){{0,5}}{_TAIL}"
    rf"|(?:协办|参与|参加|协助|协作|支持)(?:{_DEEDS}){{0,5}}$|协同(?:配合|负责)(?:{_DEEDS}){{0,5}}$|协同$)"
    r"|(?P<guide>(?:负责)?(?:业务|统筹|监督|督促|督导|协调|跟踪){0,4}(?:指导|督办|督导|督促|监督|督查|督察)"
    r"(?:指导|督促|监督|协调|检查|落实|考核){0,4}$)"
    rf"|(?P<duty>(?:作)?为(?:责任|落实|实施|承办)(?:单位|部门|主体)|负责(?!人|同志|单位|部门|考核)(?:{_DEEDS}){{0,5}}{_TAIL}|(?:{_DEEDS}){{1,5}}$)"
    r")"
    rf"|(?P<silent>{_BY_DUTY}(?:分别|共同)?$)"
)
"""A verb of assignment in one piece of a clause, with the adverbs before it; the group that matched tells its kind."""

SHARES = {
    "lead": Share.LEAD,
    "join": Share.LEAD,
    "support": Share.SUPPORT,
    "duty": Share.RESPONSIBLE,
    "silent": Share.RESPONSIBLE,
}
"""The share each kind of VERB gives to the names before it; `guide` gives none."""

MARKED_NAME = re.compile(
    r"\((总?牵头|主办|责任|配合|协办|参与|协助|负责)(?:单位|部门|[^()、,]{0,20})\)$|^\((牵头)\)"
)
"""A name that carries its share in brackets: 县教育局（牵头）, 县财政局（负责资金保障）."""


def share_of_mark(word: str) -> Share:
    """The share that the word of a MARKED_NAME gives."""
    if "牵头" in word or word.startswith("主办"):
        return Share.LEAD
    return Share.SUPPORT if word[0] in "配协参" else Share.RESPONSIBLE

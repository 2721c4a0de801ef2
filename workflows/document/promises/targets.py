"""The words that make a figure a target, as data: verbs with their comparison, and what speaks against a target."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from workflows.commitments import Comparison

_TO = "(?:到|至)"
_LEVELS: tuple[tuple[Comparison, str], ...] = (
    (
        Comparison.AT_LEAST,
        "不得?低于|不得?少于|不小于|不下于|至少|最少|高于|超过|突破|大于|多于|≥|>",
    ),
    (
        Comparison.AT_MOST,
        f"不得?超过|不得?高于|不多于|不大于|低于|少于|小于|≤|<|控制[在到]|降至|降到|减至|(?:压缩|压减|缩短|缩减|降低|下降|减少){_TO}",
    ),
    (
        Comparison.REACH,
        f"达到|达|(?:提高|提升|增加|增长|扩大|上升|拓展|发展|恢复|延伸|增强|推广){_TO}|(?:保持|稳定|维持|巩固)在?|增至|升至|实现|完成|覆盖{_TO}?",
    ),
    (
        Comparison.RISE_BY,
        "增长|提高|提升|增加|上升|上浮|递增|扩大",
    ),
    (
        Comparison.FALL_BY,
        "下降|降低|减少|下浮|压减|压缩|缩短|缩减|递减|压降|再降|降",
    ),
)
_GROUPS = {f"v{index}": comparison for index, (comparison, _) in enumerate(_LEVELS)}
_BRIDGE = '约|近|超过?|再|又|每[生人户园校][每均]年|每[生人户]每月|人均|生均|均|分别|同比|年均|平均|累计|总计|不得?[低少]于|不得?超过|不得?高于|至少|达到?|控制在|为|在|到|至|或|基本|力争|确保|接近|全部|每年|各|全[县市区省旗州]|[:"“ ]'
LEVEL = re.compile(
    "(?:"
    + "|".join(f"(?P<v{index}>{words})" for index, (_, words) in enumerate(_LEVELS))
    + f")(?P<bridge>(?:{_BRIDGE}){{0,4}})$"
)
"""A verb of level or change at the end of the words before a figure."""

OF_WHOLE = re.compile(
    r"(?P<verb>不低于|不少于|不超过|不高于|超过|高于|低于|达到|占|完成)(?P<whole>[^,。;:、\d]{0,16}(?:的|总数|总量|总额))$"
)
"""不低于全县教师总数的…%: the whole a share is taken of stands between verb and figure."""


def comparison_of(found: re.Match[str]) -> Comparison:
    """The comparison of a matched LEVEL; a bound behind a level verb counts, behind a change it does not."""
    stated = next(_GROUPS[name] for name in _GROUPS if found.group(name))
    bridge = found.group("bridge")
    if stated in {Comparison.RISE_BY, Comparison.FALL_BY}:
        return stated
    return bounded(stated, bridge)


_AT_LEAST = re.compile("不得?[低少]于|至少|最少|超过|突破|高于")
_AT_MOST = re.compile("不得?超过|不得?高于|不多于|控制在|低于")


def bounded(stated: Comparison, words: str, bound: str = "") -> Comparison:
    """`stated`, made stricter by 不少于, 以上, 以内 and their kin."""
    if bound in {"以上", "上"} or (not bound and _AT_LEAST.search(words) and "不超过" not in words):
        return Comparison.AT_LEAST
    if bound in {"以下", "以内", "内", "下"} or _AT_MOST.search(words):
        return Comparison.AT_MOST
    return stated


MAKES = re.compile(
    "新建|改建|扩建|改扩建|迁建|续建|建成|建设|建立|建好|新增|净增|增加|增设|评选资助|评选认定|评选|评定|遴选认定|遴选|认定|选拔|选派|选树|选聘|选定|选送|优选"
    "|引进和培养|培育|培养|培训|轮训|招聘|招录|招募|招收|引进|引育|引入|储备|打造|创建|创成|完成|实现|实施|组织开展|开展|举办|组织|召开|进行|配备|配齐|配置|补充"
    "|购置|添置|安装|改造|维修|修缮|修建|铺设|整治|治理|清理|化解|帮扶|资助|扶持|孵化|申报|争创|争取|推出|推广|发布|制定|修订|编制|出台|开发|总投资|投资|投入"
    "|安排|筹措|筹集|落实|拨付|派出|抽查|检查|排查|走访|设立|成立|组建|确定|命名|吸纳|安置|输送|交流|纳入|接入|种植|收储|供应|盘活"
    "|构建|布局|搭建|获批|获得|取得|录取|办结|解决|消除|淘汰|关停|签约|落地|开工|竣工|投产|新招|招引|入库|新认定|参加|办好|建有|设有|配有|至少[办建设配有]|惠及|发放|承办|发行|清偿|硬化|抚育|拆除|减少|压减|削减"
)
"""Verbs that bring forth countable things: 评选示范园2所, 新增学位3000个."""

LESS = re.compile("减少|压减|削减")
"""Verbs that make counted things fewer: 减少大班额20个."""

TAKES = re.compile(
    "(?:为|面向|保障|守护|关爱|支持|鼓励并资助|服务|提供|推进|推动|带动|覆盖|惠及|救助|发展|形成|对|使|不少于|至少)(?:[约近超]|不少于)?$"
)
"""Verbs that make a count a target only where they stand right before it: 为1000名妇女开展检查."""

CHANGED = re.compile("(?P<down>降低|压降|下调|减少)|(?P<up>提高|提升|上调)")
"""A change said before its noun: 降低综合费率0.5个百分点."""

MORE = re.compile("新增|净增|增设|新招")
"""Verbs without which the name would say something else: 新增学位 is not 学位."""

LIST = re.compile(r"\s?(?:、|,)?\s?(?:以?及|和|与|并)?\s?")
"""What stands between two figures of one list."""

POLICY = re.compile(
    "给予|补助|补贴|奖励|奖补|贴息|返还|减免|免收|减按|减半|免征|缴[费存纳]|退还|按(?![时期月季年规需计要序]|照?计划)|每人|每户|每家|每亩|每辆|最高|最长|期限|保额|罚款|处以"
    "|放宽|不满|年满|年龄|工龄|贷款利率的|所得税|上浮支持|由$|从$|原$|岁|累计约$|涵盖|包括|包含|其中.{0,4}为$|属于|针对|上限|下限|每张|每份"
)
"""Words in a part of the sentence that make its figures rates of pay, periods or conditions."""

SIZED = re.compile("单户|单笔|每张|每份")
"""Words right before a figure that make it the size of one thing."""

STANDARD = re.compile("标准|经费|工资|收入|补助水平")
"""Sums of a standard are targets although 补助 or 每人每年 stands with them: 补助标准提高到每人每年600元."""

CONDITION = re.compile("如果?|若|凡|经|因|未|超过|符合|对于|当(?!年|地|前)")
"""Openers of a condition."""

TOLD = re.compile(
    "(?P<told>截至|截止|目前|现有|近[一二两三四五几]?年来?|去年|上年度?以来|往年|过去|已(?:经|有|建|完成|达|实现|累计|开|培|投|全|将)|[完建达实投培新引发]\\w{1,2}了)"
    "|(?P<asked>(?<![重主需必首纪摘概简])要(?![求素点闻件道目领地])|力争|确保|计划|下一步|将(?!于)|争取|拟|再(?=完成|建|新))"
)
"""What was done (截至…, 已建成…) and what is asked for (力争…); the last word before a figure decides."""

ALL = re.compile(
    r"(?P<words>全覆盖|全面覆盖|全部覆盖|100%覆盖|应转尽转(?=[,。]))(?=[,。;:、)\"”\n]|$|的?目标)"
    r"|(?P<each>使|让|确保|力争)[^,。;:\n]{0,8}每一[名所位个](?P<who>[\u4e00-\u9fff]{2,6}?)(?=到|赴|参加|完成|取得|达到|配备|建有|至少)"
    r"|(?P<wide>覆盖)(?:全[县市区省旗])?所有[^的,。;、\n]{2,10}(?=[,。;、\n]|$)"
)
"""Full coverage in words: it is a target of 100 per cent."""

_YEAR_BEFORE = r"(?:上年|上一年|去年|(?:19|20)\d\d年)(?:度|同期|底|末)?\w{0,10}(?=[,。;\n]|$)"
STEADY = re.compile(
    rf"(?P<rise>只增不减|不降低|不下降|(?:不得?[低少]于|(?<!不)高于){_YEAR_BEFORE})"
    rf"|(?P<fall>只减不增|不增加|不反弹|(?:不高于|不超过|不多于|(?<!不)(?<!得)[低少]于){_YEAR_BEFORE})"
)
"""Comparisons with the value before: 只增不减, 不低于上年同期."""

DOUBLED = re.compile("翻一番|翻番|翻两番")
"""A multiple in words."""

RISES: Mapping[str, str] = MappingProxyType({"翻一番": "100", "翻番": "100", "翻两番": "300"})
"""Multiples in words as the rise in per cent."""

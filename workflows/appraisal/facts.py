"""The white list of facts a formula may name (可用的事实), and the names that are refused.

国办函〔2026〕12号 (reference 0.6): points come from what was done, how well and how soon; never from signing in, time
online, the length of texts or the number of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.errors import Refused


class Fact(StrEnum):
    """A ratio between 0 and 1 that the record gives for a unit; its Chinese name is what formulas say."""

    CLOSED = "closed"
    CLOSED_IN_TIME = "closed_in_time"
    ON_PACE = "on_pace"
    PROGRESS = "progress"
    QUALITY = "quality"
    INDICATORS = "indicators"
    FILED_IN_TIME = "filed_in_time"
    ACCEPTED_AT_ONCE = "accepted_at_once"
    SIGNED_IN_TIME = "signed_in_time"
    ANSWERED_IN_TIME = "answered_in_time"
    COORDINATION = "coordination"
    EVALUATION = "evaluation"
    INSPECTION = "inspection"


FACT_LABELS: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.CLOSED: "办结率",
        Fact.CLOSED_IN_TIME: "按期办结率",
        Fact.ON_PACE: "达序时率",
        Fact.PROGRESS: "累计完成率",
        Fact.QUALITY: "质量得分",
        Fact.INDICATORS: "指标达标率",
        Fact.FILED_IN_TIME: "按期报送率",
        Fact.ACCEPTED_AT_ONCE: "一次通过率",
        Fact.SIGNED_IN_TIME: "按期签收率",
        Fact.ANSWERED_IN_TIME: "按期反馈率",
        Fact.COORDINATION: "协调响应率",
        Fact.EVALUATION: "专项评估得分",
        Fact.INSPECTION: "检查得分",
    }
)

FACT_WORDS: Mapping[Fact, str] = MappingProxyType(
    {
        Fact.CLOSED: "到期或已销号的任务中，已销号的占比",
        Fact.CLOSED_IN_TIME: "到期或已销号的任务中，不晚于完成时限销号的占比",
        Fact.ON_PACE: "能对照序时进度的任务中，不欠序时的占比",
        Fact.PROGRESS: "填报了累计完成的任务，累计完成的加权平均",
        Fact.QUALITY: "已销号任务的办结评价，按方案里各评价的分值加权平均",
        Fact.INDICATORS: "到期或已达标的指标中，达标的占比；一项任务的几个指标合占一项任务的权重",
        Fact.FILED_IN_TIME: "应报的月报（含牵头汇总）中，按期报送、退回也按期改报的占比",
        Fact.ACCEPTED_AT_ONCE: "已报送的月报中，没有被退回过的占比",
        Fact.SIGNED_IN_TIME: "应签收的任务中，按期签收的占比",
        Fact.ANSWERED_IN_TIME: "要求书面回复的督办单中，按期回复的占比",
        Fact.COORDINATION: "其他单位请求协调的事项中，按期答复的占比",
        Fact.EVALUATION: "登记的专项评估结果（百分制，须有文号）的平均",
        Fact.INSPECTION: "登记的检查结果（百分制，须有文号）的平均",
    }
)

BY_NAME: Mapping[str, Fact] = MappingProxyType({name: fact for fact, name in FACT_LABELS.items()})

_REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("登录", "登陆", "打开次数", "访问", "点击", "浏览", "login", "logon", "signin", "visit", "click"),
        "登录、打开系统的次数不是工作成效，国办函〔2026〕12号不得强制定期登录",
    ),
    (
        ("在线", "时长", "停留", "活跃", "online", "duration", "active", "dwell"),
        "在线多久不是工作成效，国办函〔2026〕12号不得统计在线时长",
    ),
    (
        ("字数", "文字", "文本", "篇幅", "字符", "长度", "word", "text", "length", "character"),
        "写得长不等于办得好，国办函〔2026〕12号要求减轻填报负担",
    ),
    (
        ("附件", "照片", "图片", "截图", "视频", "佐证", "文件数", "上传",
         "attach", "photo", "image", "picture", "video", "file", "upload", "screenshot", "evidence"),
        "材料多不等于办得好，国办函〔2026〕12号不得非必要强制上传照片视频",
    ),
    (
        ("打卡", "签到", "积分", "勋章", "checkin", "clockin", "badge", "streak", "bonuspoint"),
        "国办函〔2026〕12号不得设打卡签到、积分排名",
    ),
    (
        ("安装", "使用率", "使用次数", "关注", "点赞", "转发", "install", "usage", "follower", "like"),
        "国办函〔2026〕12号不得考核安装使用率",
    ),
)  # fmt: skip


def named(name: str) -> Fact:
    """The fact of that Chinese name; raises Refused invalid, with the reason for a name that is refused on purpose."""
    refuse_banned(name)
    fact = BY_NAME.get(name)
    if fact is None:
        known = "、".join(BY_NAME)
        raise Refused("invalid", f"公式里没有“{name}”这项事实。可以用的有：{known}。")
    return fact


def refuse_banned(name: str) -> None:
    """Return unless the name asks for what must not count; raises Refused invalid with a sentence that says why."""
    plain = "".join(name.lower().replace("_", "").replace("-", "").split())
    for stems, why in _REFUSED:
        if any(stem in plain for stem in stems):
            raise Refused("invalid", f"考核不能用“{name}”：{why}。请改用办结、质量、时效方面的事实。")

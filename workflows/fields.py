"""What public bodies look after (领域), and how their names shorten it: 教体 is 教育 and 体育, 住建 is 住房和城乡建设."""

from __future__ import annotations

import re
from functools import lru_cache

_FIELDS = """
纪律检查 监察 纪 监
组织
宣传
统战 统一战线
政法
社会工作 社工
机构编制 编制 编
网络安全和信息化 网信
巡察
直属机关 直机关 直
农村工作 农工
督查 督察
信访
档案
党史和地方志 党史 地方志 史志
外事
侨务
民族宗教 民宗
新闻出版 新闻 新
发展和改革 发展改革 发改
教育 教
体育 体
科学技术 科学 科技 科
工业和信息化 工业信息化 工信 经济和信息化 经济信息化 经信
公安
民政
司法 法制
财政
国有资产监督管理 国资
人力资源和社会保障 人力资源社会保障 人力社保 人社 劳动和社会保障
自然资源 国土资源 国土 资源
规划
生态环境 环境保护 环保
住房和城乡建设 住房城乡建设 城乡建设 住建 城建 建设
住房保障 安居 房产 房地产 房管
交通运输 交通 交运
水利 水务
农业农村 农业 农牧 农 畜牧兽医 畜牧 牧业 牧
林业和草原 林业 林草 林 绿化
乡村振兴 扶贫开发 扶贫
商务 投资促进 招商
文化 文
旅游 旅
广播电视 广电 广
卫生健康 卫生和计划生育 卫健 卫计 卫生
退役军人
应急 安全生产监督 安监
审计
市场监督 市场监管 市监 工商行政 工商 质量技术监督 质监 食品药品监督 食药监
统计
医疗保障 医保
行政审批 审批 政务服务 政
大数据 数据 数
城市管理 综合行政执法 综合执法 行政执法 城管
国防动员 国动 人民防空 人防
机关事务
粮食和物资储备 粮食 粮储
供销合作 供销联 供销
税务 国税 地税
气象
消防救援 公安消防 消防
金融监督 金融监管 银保监 银监
供电 电力
总工 工
妇女 妇
残疾人 残
关心下一代 关
老龄
慈善
教育督导 督导
教育教学研究 教学研究 教育研究 教研
教师发展 教师进修 进修
学前教育 学前 幼教
学生资助 资助
中小学招生考试 招生考试 招考 招生 招
教育技术装备 教育基建装备 教育装备 教育基建 电教
特殊教育 特教 特
城市建设投资 城投
国有资产投资 国投
交通投资 交投
"""
"""A line a field: its own name, then the shorter and the former ones."""

_FILLING = "和|与|及|、|管理|工作|服务|事务|开发|发展|技术"
_FIELD_OF = {word: line.split()[0] for line in _FIELDS.splitlines() if line.strip() for word in line.split()}
_WORD = re.compile("|".join([*sorted(_FIELD_OF, key=len, reverse=True), _FILLING]))


@lru_cache(maxsize=4096)
def fields_of(words: str) -> tuple[str, ...]:
    """The fields the words name, in their order and each once; empty when a part of them names none."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = _WORD.match(words, at)
        if word is None:
            return ()
        found.extend(filter(None, [_FIELD_OF.get(word.group())]))
        at = word.end()
    return tuple(dict.fromkeys(found))

"""The verbs and adverbs that open an order in official Chinese without a subject (加大…, 建立健全…, 大力推进…)."""

from __future__ import annotations

_WORDS = (
    "加大 加强 加快 加密 建立 建成 建好 建设 健全 完善 推行 推进 推动 推广 实施 实行 落实 落细 强化 优化 提升 提高 开展 组织 制定 制订 编制 出台 修订 印发"
    " 选派 选拔 选聘 遴选 评选 认定 培育 培养 培训 打造 构建 搭建 整合 统筹 规范 严格 严禁 严肃 严查 杜绝 严控 探索 鼓励 支持 引导 督促 督导 指导 帮助 配齐 配足 配备"
    " 配强 补齐 新建 改建 扩建 改扩建 改造 扩大 增加 增设 新增 确保 保障 保证 保持 维护 做好 做实 做细 做优 做强 抓好 抓实 抓紧 抓细 发挥 创新 深化 巩固 拓展 拓宽"
    " 畅通 压实 压紧 明确 细化 排查 整治 清理 整改 纠正 公开 公示 宣传 营造 设立 成立 组建 安排 紧盯 盯紧 守住 守牢 筑牢 兜牢 兜住 用好 管好 用足 创建 争创 争取 力争"
    " 启动 引进 招聘 招录 招募 补充 缩小 消除 化解 解决 破解 改善 改进 减轻 降低 提前 纳入 核查 摸清 摸排 梳理 核定 落地 倒排 挂图 签订 报送 上报 汇总 通报 召开 定期 切实 认真"
    " 扎实 积极 大力 全面 全力 深入 持续 进一步 不断 着力 着眼 充分 坚决 坚持 继续 稳步 有序 主动 及时 科学 合理 精准 逐步 分类 分批 尽快 牢固 树立 注重 突出 聚焦 狠抓 谋划 限期"
)
IMPERATIVES = "|".join(sorted(_WORDS.split(), key=len, reverse=True))
"""An alternation for a regular expression, the longer words first."""

_DEEDS = (
    "完成 实现 达到 移交 交付 兑现 拨付 执行 关停 拆除 清除 复查 验收 上线 投用 投入 配合 承担 履行 参与 参加 学习 发布 编写 修缮 提供 满足 拟定 增强 防止 防范 遏制 避免"
    " 严防 加固 检查 巡查 评估 考核 督查 监督 监测 调度 研究 分析 部署 处置 处理 追究 问责 约谈 办理 办结 负责 牵头 协调 协同 对接 服务 管理 使用 控制 重视 压减 执法 值守 值班 关心 关爱"
)
DEEDS = "|".join(sorted([*_WORDS.split(), *_DEEDS.split()], key=len, reverse=True))
"""Those, and the verbs of work that follow 要 and 必须 (要于6月底前完成…)."""

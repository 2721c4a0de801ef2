"""A paper with something in every field: what a template is tried against before it is taken."""

from __future__ import annotations

from datetime import date

from app.documents.official.kinds import PAPER_LABELS, PaperKind
from app.documents.official.paper import Attachment, Heading, Imprint, Note, Paper, Paragraph, Table


def sample(kind: PaperKind) -> Paper:
    """A paper of that kind whose words say that they are an example."""
    table = Table(
        ("序号", "任务", "牵头单位", "进展"),
        tuple((str(at), f"示例任务{at}", "示例单位", "达序时") for at in range(1, 4)),
        (1, 5, 3, 2),
        frozenset({0, 3}),
    )
    return Paper(
        kind,
        f"关于示例工作的{PAPER_LABELS[kind]}",
        (
            Heading("一、总体情况"),
            Heading("（一）示例", 2),
            Paragraph("这是示例文字，用来试填模板，不会印发。", "一是"),
            table,
            Note("注：示例。"),
        ),
        masthead="示例县督查室文件",
        number="示督〔2025〕1号",
        recipients=("各乡镇人民政府", "县直各单位"),
        attachments=(
            Attachment("示例明细表", (table,), across=True),
            Attachment("示例名单", (Paragraph("示例。"),)),
        ),
        issuers=("示例县人民政府督查室",),
        dated=date(2025, 4, 10),
        imprint=Imprint("示例县人民政府督查室", date(2025, 4, 10), ("县委办公室", "县人大常委会办公室")),
    )

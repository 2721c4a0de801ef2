"""What a template may ask for: the fields of a paper by their Chinese names, as the words that are printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from markupsafe import Markup, escape

from app.documents.official.kinds import PAPER_LABELS
from app.documents.official.paper import Attachment, Block, Heading, Note, Paper, Paragraph, Table
from app.documents.official.standard import TITLE_FITS
from app.documents.official.wording import bracketed, formal_date, printable, title_lines

Fields = dict[str, object]

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "机关标志": "红头上的发文机关标志",
        "文号": "发文字号，如云督〔2025〕3号；没有文号的是期号，如第3期",
        "标题": "文书标题",
        "主送": "主送机关，以顿号隔开",
        "空行": "标题和正文之间要不要空一行（没有主送机关时要）",
        "正文": "正文各段，逐段取用：{%p for 段 in 正文 %}",
        "附件": "各个附件，逐个取用：{%p for 附 in 附件 %}",
        "署名": "发文机关署名，逐个取用：{%p for 机关 in 署名 %}",
        "成文日期": "如2025年4月10日",
        "抄送": "抄送机关，以逗号隔开",
        "印发机关": "版记里的印发机关",
        "印发日期": "版记里的印发日期",
        "文书": "这份文书的种类，如季度工作通报",
    }
)
"""The fields of every paper, and what each holds."""

_BLOCK = {
    "类别": "一级标题、二级标题、正文、注释、表格之一",
    "段首": "一段开头用楷体的几个字，可能没有",
    "文字": "这一段的文字",
    "表格": "放表格的地方，独占一段",
}
_ANNEX = {
    "序号": "只有一个附件时没有序号",
    "标题": "附件标题",
    "说明": "正文后的附件说明，如：附件：1．任务明细表",
    "正文": "附件各段，逐段取用：{%p for 段 in 附.正文 %}",
    "分节起": "附件开始的地方，独占一段，横排附件由此转为横页",
    "分节止": "附件结束的地方，独占一段",
}

PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"正文": _BLOCK, "附件": _ANNEX, "附件.正文": _BLOCK, "署名": {}}
)
"""The fields of what is taken one by one, by the list it is taken from."""

TABLE, BEGIN, END, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""Characters no document holds: they mark where tables and sections go once the words are in."""

ACROSS = "横"


def fields(paper: Paper) -> tuple[Fields, list[Table]]:
    """The values by field, and the tables in the order of their marks."""
    tables: list[Table] = []
    return {
        "机关标志": _safe(paper.masthead),
        "文号": _safe(bracketed(paper.number) or paper.issue),
        "标题": _title(paper.title),
        "主送": _safe("、".join(paper.recipients)),
        "空行": not paper.recipients,
        "正文": _blocks(paper.blocks, tables),
        "附件": [
            _annex(at, annex, len(paper.attachments), tables) for at, annex in enumerate(paper.attachments, 1)
        ],
        "署名": [_safe(name) for name in signatures(paper)],
        "成文日期": _safe(formal_date(paper.dated) if paper.dated else ""),
        "抄送": _safe("，".join(paper.imprint.copies) if paper.imprint else ""),
        "印发机关": _safe(paper.imprint.printed_by if paper.imprint else ""),
        "印发日期": _safe(formal_date(paper.imprint.printed_on) if paper.imprint else ""),
        "文书": _safe(PAPER_LABELS[paper.kind]),
    }, tables


def signatures(paper: Paper) -> list[str]:
    """发文机关署名, the last with （代章） where the paper is sealed in another's place."""
    names = list(paper.issuers)
    if names and paper.stands_in:
        names[-1] += "（代章）"
    return names


def enclosed(at: int, title: str, count: int) -> str:
    """A line of the 附件说明 (7.3.4): 附件：1．任务明细表, and below it 2．单位排名表."""
    head = "附件：" if at == 1 else "　　　"
    return f"{head}{at}．{title}" if count > 1 else f"{head}{title}"


def _annex(at: int, annex: Attachment, count: int, tables: list[Table]) -> Fields:
    return {
        "序号": str(at) if count > 1 else "",
        "标题": _title(annex.title),
        "说明": _safe(annex.title and enclosed(at, printable(annex.title), count), strip=False),
        "正文": _blocks(annex.blocks, tables),
        "分节起": BEGIN + (ACROSS if annex.across else ""),
        "分节止": END + (ACROSS if annex.across else ""),
    }


def _blocks(blocks: Iterable[Block], tables: list[Table]) -> list[Fields]:
    return [_block(block, tables) for block in blocks]


def _block(block: Block, tables: list[Table]) -> Fields:
    match block:
        case Table():
            tables.append(block)
            return {"类别": "表格", "段首": "", "文字": "", "表格": f"{TABLE}{len(tables) - 1}{CLOSE}"}
        case Heading():
            kind, lead = "一级标题" if block.level == 1 else "二级标题", ""
        case Note():
            kind, lead = "注释", ""
        case Paragraph():
            kind, lead = "正文", block.lead
    return {"类别": kind, "段首": _safe(lead), "文字": _safe(block.words), "表格": ""}


def _title(words: str) -> Markup:
    return Markup("\n").join(_safe(line) for line in title_lines(words, TITLE_FITS))


def _safe(words: str, *, strip: bool = True) -> Markup:
    """The words as they stand in XML; braces are written so that nothing downstream takes them for a tag."""
    escaped = str(escape(printable(words) if strip else words))
    return Markup(escaped.replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704 -- escaped just above

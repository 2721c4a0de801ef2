"""A county's own template is let in only when every tag in it is known, harmless and works on a sample.

A template can name fields, walk through the lists of a paper and leave parts out; it can call nothing. A loop inside a
loop goes only through what the outer one holds, so that filling takes as long as the paper is, never longer.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from lxml import etree

from app.documents.official.fields import BEGIN, CLOSE, END, NAMES, PARTS, TABLE
from app.documents.official.filling import official, sandbox
from app.documents.official.hazards import refuse_hazards
from app.documents.official.kinds import PaperKind
from app.documents.official.sample import sample
from workflows.errors import Refused

_BROKEN = "文件不是完整的 Word 文档。请用 WPS 或 Word 打开，另存为 .docx 后再上传。"
_OTHER_KIND = "模板要是不带宏的 .docx 文件。请用 WPS 或 Word 打开，另存为“Word 文档（*.docx）”后再上传。"
_SEE = "请对照原模板改正后再上传，可用的字段列在页面下方。"
_EACH = "*"
"""Behind the path of a list: one of its items."""

MOST_UNPACKED = 20_000_000
"""Bytes all parts of a template may have together."""

_NO_DOCUMENT = (
    zipfile.BadZipFile,
    zlib.error,
    OpcError,
    KeyError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    etree.LxmlError,
)

_LOOP = frozenset({"first", "last", "index", "length"})
_STRUCTURE = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
)
NEEDED = (
    "标题",
    "正文",
    "正文.文字",
    "正文.表格",
    "附件",
    "附件.标题",
    "附件.正文",
    "附件.正文.文字",
    "附件.正文.表格",
    "附件.分节起",
    "附件.分节止",
)
"""Fields without which words of a paper would be lost."""

Scope = Mapping[str, str]
"""Names in reach and the path each stands for: 段 → 正文*."""


def vet(kind: PaperKind, content: bytes) -> None:
    """Return when the template may be used; raises Refused unreadable, too-large or invalid with the reason."""
    document = _opened(content)
    refuse_hazards(document)
    used = _Tags()
    for words, names in _texts(content):
        used.read(words, names)
    lacking = [path for path in NEEDED if path not in used.paths]
    if lacking:
        raise Refused("invalid", f"模板里没有“{'”“'.join(lacking)}”，文书的这部分内容会丢失。{_SEE}")
    _try(kind, content)


def _opened(content: bytes) -> Document:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > MOST_UNPACKED:
            raise Refused("too-large", "模板展开后过大。请删去图片后再上传。")
        return docx.Document(BytesIO(content))
    except ValueError as error:  # another kind of document, or one with macros
        raise Refused("unreadable", _OTHER_KIND) from error
    except _NO_DOCUMENT as error:
        raise Refused("unreadable", _BROKEN) from error


def _texts(content: bytes) -> list[tuple[str, Scope]]:
    """What the library will read as a template, and the fields in reach there: lists only in the body."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    every = {name: name for name in NAMES}
    plain = {name: name for name in NAMES if name not in PARTS}
    found = [(template.get_xml(), every)]
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        found += [(template.get_part_xml(part), plain) for _, part in template.get_headers_footers(kind)]
    for part in template.docx.part.package.iter_parts():
        if part.content_type.endswith("footnotes+xml"):
            found.append((part.blob.decode(), plain))
    return [(template.patch_xml(words), names) for words, names in found]


@dataclass(slots=True)
class _Tags:
    """The tags of a template, read one part after another; `paths` are the fields it uses."""

    paths: set[str] = field(default_factory=set)

    def read(self, words: str, names: Scope) -> None:
        numbered = re.sub(r"<w:p([ >])", r"\n<w:p\1", words)
        try:
            parsed = sandbox().parse(numbered)
        except TemplateSyntaxError as error:
            line = numbered.splitlines()[max(error.lineno - 1, 0)]
            shown = re.sub(r"<[^>]*>", "", line).strip()[:40]
            raise Refused("invalid", f"模板里“{shown}”附近的标签写得不对，系统看不懂。{_SEE}") from error
        self._walk(parsed, names, "")

    def _walk(self, node: nodes.Node, names: Scope, within: str) -> None:
        match node:
            case nodes.For():
                self._loop(node, names, within)
                return
            case nodes.Name() | nodes.Getattr():
                self._path(node, names)
                return
            case nodes.Filter(name="length", args=[], kwargs=[]):
                pass
            case nodes.Filter():
                raise Refused("invalid", f"模板里的“|{node.name}”不能用，只能用“|length”。{_SEE}")
            case nodes.Output():
                for shown in node.nodes:
                    self._printed(shown, names)
            case _ if not isinstance(node, _STRUCTURE):
                raise Refused(
                    "invalid",
                    f"模板里有不允许的写法（{_KINDS.get(type(node), '运算或者调用')}）。模板只能填字段、逐项取用、按条件取舍。{_SEE}",
                )
        for child in node.iter_child_nodes():
            self._walk(child, names, within)

    def _printed(self, node: nodes.Node, names: Scope) -> None:
        """A list is not printed as such, nor what has fields of its own."""
        path = self._path(node, names) if isinstance(node, nodes.Name | nodes.Getattr) else ""
        if path in PARTS or PARTS.get(path.removesuffix(_EACH)):
            raise Refused("invalid", f"“{_words(node)}”有好几项，要用 for 逐项取用。{_SEE}")

    def _loop(self, node: nodes.For, names: Scope, within: str) -> None:
        if not isinstance(node.target, nodes.Name) or node.test is not None or node.recursive:
            raise Refused("invalid", f"模板里的 for 只能写成“for 段 in 正文”这个样子。{_SEE}")
        path = self._path(node.iter, names) if isinstance(node.iter, nodes.Name | nodes.Getattr) else ""
        if path not in PARTS or (within and not path.startswith(f"{within}.")):
            raise Refused("invalid", f"模板里的“for … in {_words(node.iter)}”不能这样取用。{_SEE}")
        inner = {**names, node.target.name: path + _EACH, "loop": "loop"}
        for child in (*node.body, *node.else_):
            self._walk(child, inner, path)

    def _path(self, node: nodes.Node, names: Scope) -> str:
        """The full path of a field; raises Refused invalid, by its name, for one there is not."""
        if isinstance(node, nodes.Name):
            if node.name not in names:
                raise Refused("invalid", f"模板里的“{node.name}”不是这里能用的字段。{_SEE}")
            self.paths.add(names[node.name])
            return names[node.name]
        if not isinstance(node, nodes.Getattr):
            raise Refused("invalid", f"模板里有不允许的写法“{_words(node)}”。{_SEE}")
        of = self._path(node.node, names)
        known = _LOOP if of == "loop" else PARTS.get(of.removesuffix(_EACH), {}) if of.endswith(_EACH) else {}
        if node.attr not in known:
            raise Refused("invalid", f"模板里的“{_words(node)}”不是能用的字段。{_SEE}")
        path = f"{of.removesuffix(_EACH)}.{node.attr}"
        self.paths.add(path)
        return path


_KINDS: Mapping[type[nodes.Node], str] = MappingProxyType(
    {
        nodes.Call: "调用",
        nodes.Getitem: "方括号取值",
        nodes.Include: "include",
        nodes.Import: "import",
        nodes.FromImport: "import",
        nodes.Extends: "extends",
        nodes.Macro: "macro",
        nodes.CallBlock: "call",
        nodes.Assign: "set",
        nodes.AssignBlock: "set",
        nodes.Block: "block",
        nodes.FilterBlock: "filter",
        nodes.Test: "is",
    }
)


def _words(node: nodes.Node) -> str:
    """A field as it was written."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_words(node.node)}.{node.attr}"
    return "……"


def _try(kind: PaperKind, content: bytes) -> None:
    """Fill in the sample and open what comes out."""
    try:
        made = official(sample(kind), content)
        words = "".join(str(text) for text in docx.Document(BytesIO(made)).element.body.itertext())
    except (TemplateError, etree.LxmlError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refused("invalid", f"用示例内容试填时没有成功，模板没有采用。{_SEE}") from error
    if any(mark in words for mark in (TABLE, CLOSE, BEGIN, END)):
        raise Refused("invalid", f"“表格”“分节起”“分节止”要各占一段，不能放在文本框里。{_SEE}")

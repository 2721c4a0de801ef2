"""A county's own template: what may be changed in it, and what is refused, each by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

from app.documents.official import PaperKind, official
from app.documents.official.filling import sandbox
from app.documents.official.hazards import LARGEST_PART, MOST_TAGS
from app.documents.official.sample import sample
from app.documents.official.shipped import shipped
from app.documents.official.vetting import NEEDED, vet
from workflows.errors import Refused

KIND = PaperKind.MONTH_REPORT


def changed(change: Callable[[Document], object], kind: PaperKind = KIND) -> bytes:
    """The shipped template as somebody changed it in Word."""
    document = docx.Document(BytesIO(shipped(kind)))
    change(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_line(words: str) -> bytes:
    """The shipped template with one more line."""
    return changed(lambda document: document.add_paragraph(words))


def repacked(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The shipped template with its parts changed."""
    with zipfile.ZipFile(BytesIO(shipped(KIND))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        vet(KIND, content)
    assert refused.value.code in {"invalid", "unreadable", "too-large"}
    return str(refused.value)


@pytest.mark.parametrize("kind", PaperKind)
def test_every_shipped_template_passes_as_a_county_s_own(kind: PaperKind) -> None:
    vet(kind, shipped(kind))


def test_a_county_may_change_fonts_words_and_what_is_left_out() -> None:
    def change(document: Document) -> None:
        document.styles["公文正文"].font.size = Pt(15)
        document.add_paragraph("清河县督查室制")
        document.add_paragraph("{%p if 文号 %}")
        document.add_paragraph("文号：{{ 文号 }}（{{ 文书 }}，附件{{ 附件|length }}个）")
        document.add_paragraph("{%p endif %}")
        document.sections[0].header.is_linked_to_previous = False
        document.sections[0].header.paragraphs[0].text = "{{ 标题 }}"

    content = changed(change)
    vet(KIND, content)
    made = docx.Document(BytesIO(official(sample(KIND), content)))
    words = [paragraph.text for paragraph in made.paragraphs]
    assert words[-2:] == ["清河县督查室制", "文号：示督〔2025〕1号（月进展报告，附件2个）"]
    assert made.sections[0].header.paragraphs[0].text == "关于示例工作的月进展报告"
    assert made.styles["公文正文"].font.size == Pt(15)


def test_a_tag_that_word_tore_into_several_runs_is_still_one() -> None:
    def change(document: Document) -> None:
        torn = document.add_paragraph()
        for piece in ("{", "{ 成文", "日期 }", "}"):
            torn.add_run(piece).bold = True

    content = changed(change)
    vet(KIND, content)
    assert docx.Document(BytesIO(official(sample(KIND), content))).paragraphs[-1].text == "2025年4月10日"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{{ 负责人 }}", "负责人"),
        ("{{ 标题.upper }}", "标题.upper"),
        ("{{ 标题.__class__ }}", "标题.__class__"),
        ("{{ 标题.__class__.__mro__ }}", "标题.__class__"),
        ("{{ self.__init__ }}", "self"),
        ("{{ cycler }}", "cycler"),
        ("{{ 标题() }}", "调用"),
        ("{{ range(9) }}", "调用"),
        ("{{ 正文[0] }}", "方括号取值"),
        ("{{ 标题 ~ 文号 }}", "运算"),
        ("{{ 标题 * 99999999 }}", "运算"),
        ("{{ 标题|upper }}", "|upper"),
        ("{{ 标题|attr('x') }}", "|attr"),
        ("{{ 标题 is string }}", "is"),
        ("{% set 甲 = 标题 %}", "set"),
        ("{% include '甲' %}", "include"),
        ("{% import '甲' as 乙 %}", "import"),
        ("{% extends '甲' %}", "extends"),
        ("{% macro 甲() %}{% endmacro %}", "macro"),
        ("{% for 甲 in 标题 %}{% endfor %}", "标题"),
        ("{% for 甲 in 正文 if 甲 %}{% endfor %}", "for"),
        ("{% for 甲 in 正文 recursive %}{% endfor %}", "for"),
        ("{% for 甲 in 正文 %}{{ 甲.颜色 }}{% endfor %}", "甲.颜色"),
        ("{% for 甲 in 正文 %}{{ 甲 }}{% endfor %}", "甲"),
        ("{% for 甲 in 正文 %}{% for 乙 in 正文 %}{% endfor %}{% endfor %}", "for … in 正文"),
        ("{{ 正文 }}", "正文"),
        ("{% 如果 文号 %}", "{% 如果 文号 %}"),
        ("{% if 文号 %}没有结束", ""),
        ("{{ 文号", "{{ 文号"),
        ("只有一半 }}", "只有一半 }}"),
        ("单个 { 括号", "单个 { 括号"),
        ("{# 说明 #}", "{# 说明 #}"),
        ("{{ " + "标题 or " * 30 + "标题 }}", "标题 or"),
    ],
)
def test_a_tag_that_is_unknown_broken_or_wants_more_than_to_fill_in_is_refused_by_name(
    line: str, named: str
) -> None:
    said = refusal(with_line(line))
    assert named in said
    assert said.endswith("。")


def test_fields_of_the_body_s_lists_are_not_to_be_had_in_a_header() -> None:
    def change(document: Document) -> None:
        document.sections[0].header.is_linked_to_previous = False
        document.sections[0].header.paragraphs[0].text = "{% for 段 in 正文 %}{{ 段.文字 }}{% endfor %}"

    assert "正文" in refusal(changed(change))


@pytest.mark.parametrize("lost", ["标题", "正文", "附件"])
def test_a_template_in_which_words_would_be_lost_is_refused(lost: str) -> None:
    def change(document: Document) -> None:
        for paragraph in document.paragraphs:
            if lost == "标题" and paragraph.text == "{{ 标题 }}":
                paragraph.text = "报告"
            if lost != "标题" and f"in {lost} %}}" in paragraph.text:
                paragraph.text = paragraph.text.replace(f"in {lost} %}}", "in 署名 %}")

    said = refusal(changed(change))
    assert lost in said or "不是能用的字段" in said


def test_what_is_needed_is_what_holds_the_words_of_a_paper() -> None:
    assert {"标题", "正文.文字", "正文.表格", "附件.正文.文字"} <= set(NEEDED)


# ------------------------------------------------------------------------------------------- the file


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all", b"%PDF-1.7"])
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    assert "不是完整的 Word 文档" in refusal(content)


def test_a_workbook_under_another_name_is_refused() -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"wordprocessingml.document.main+xml", b"spreadsheetml.sheet.main+xml"
        )

    assert "不带宏" in refusal(repacked(change))


def test_a_file_with_macros_is_refused() -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )

    assert "不带宏" in refusal(repacked(change))


@pytest.mark.parametrize(
    "kind", ["vbaProject", "oleObject", "package", "aFChunk", "control", "attachedTemplate"]
)
def test_what_is_embedded_is_refused_by_its_kind(kind: str) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(parts: dict[str, bytes]) -> None:
        parts["word/thing.bin"] = b"x"
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"</Types>", b'<Default Extension="bin" ContentType="application/octet-stream"/></Types>'
        )
        parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
            b"</Relationships>",
            f'<Relationship Id="rX" Type="{base}/{kind}" Target="thing.bin"/></Relationships>'.encode(),
        )

    assert kind in refusal(repacked(change))


def test_a_picture_from_elsewhere_is_refused_by_its_address() -> None:
    def change(document: Document) -> None:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        document.part.relate_to("http://elsewhere.example/p.png", kind, is_external=True)

    assert "elsewhere.example" in refusal(changed(change))


@pytest.mark.parametrize(
    "field", ["DDEAUTO cmd", "INCLUDETEXT \\\\x\\y", "includepicture z", "MACROBUTTON a"]
)
def test_a_field_that_acts_is_refused_by_its_name(field: str) -> None:
    name = field.split(maxsplit=1)[0]
    half = len(name) // 2

    def whole(document: Document) -> None:
        document.element.body.insert(
            0, parse_xml(f'<w:p {nsdecls("w")}><w:fldSimple w:instr="{field}"/></w:p>')
        )

    def torn(document: Document) -> None:
        inside = "".join(
            f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (field[:half], field[half:])
        )
        begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{begin}{inside}{end}</w:p>"))

    assert name.upper() in refusal(changed(whole))
    assert name.upper() in refusal(changed(torn))


def test_a_tag_hidden_in_a_property_is_refused() -> None:
    def change(document: Document) -> None:
        document.paragraphs[0]._p.set("{urn:x}y", "{{ 标题 }}")

    assert "格式属性" in refusal(changed(change))


def test_a_tag_in_the_file_s_own_title_is_never_read() -> None:
    def change(document: Document) -> None:
        document.core_properties.title = "{{ 7*7 }}{{ ''.__class__ }}"

    content = changed(change)
    vet(KIND, content)
    assert docx.Document(BytesIO(official(sample(KIND), content))).core_properties.title == sample(KIND).title


def test_a_template_of_endless_length_or_endless_tags_is_refused() -> None:
    assert "太长" in refusal(with_line("长" * LARGEST_PART))
    said = refusal(changed(lambda d: [d.add_paragraph("{{ 标题 }}") for _ in range(MOST_TAGS + 1)]))
    assert f"最多{MOST_TAGS}处" in said


def test_a_file_that_would_unpack_to_a_hundred_times_its_size_is_refused() -> None:
    assert "展开" in refusal(repacked(lambda parts: parts.update({"word/media/x.xml": b" " * 30_000_000})))


def test_the_sandbox_has_nothing_to_call_and_gives_out_no_class() -> None:
    environment = sandbox()
    assert not environment.globals
    for words in ("{{ range(3) }}", "{{ lipsum() }}", "{{ dict() }}", "{{ 甲 }}"):
        with pytest.raises(UndefinedError):
            environment.from_string(words).render()
    with pytest.raises((SecurityError, UndefinedError)):
        environment.from_string("{{ x.__class__.__mro__ }}").render(x="甲")
    with pytest.raises(TemplateError):
        environment.from_string("{{ x|map('y') }}").render(x="甲")

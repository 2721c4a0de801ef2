"""What is hostile, locked, broken or of another kind: refused with a sentence that says what to do, or safely ignored."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app import intake
from tests.conftest import make_app
from tests.papers import cell, painting, paragraph, pdf, repacked, run, table, typeset, word, workbook, zipped
from tests.world import FIRST_DAY, FakePost, FrozenClock, at
from workflows.errors import Refused

PLAN = word(paragraph("一、修路十里。（责任单位：县交通运输局）"))
LIST = workbook({"一": [("序号", "任务", "责任单位"), (1, "修路十里", "县交通运输局")]})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def ole(stream: str) -> bytes:
    """The outside of an old Office file: the signature and the name of a stream, as its directory holds it."""
    return OLE + stream.encode("utf-16-le") + bytes(64)


def refusal(name: str, content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        intake.text_of(name, content)
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("计划.doc", ole("WordDocument"), "另存为 .docx"),
        ("计划.docx", ole("WordDocument"), "另存为 .docx"),
        ("计划.wps", ole("WordDocument"), "用 WPS 打开，另存为 .docx"),
        ("清单.xls", ole("Workbook"), "另存为 .xlsx"),
        ("清单.et", ole("Workbook"), "另存为 .xlsx"),
        ("清单.xlsx", ole("Workbook"), "另存为 .xlsx"),
        ("汇报.ppt", ole("PowerPoint Document"), "演示文稿"),
        ("计划.docx", ole("EncryptedPackage"), "取消密码"),
        ("计划.ofd", zipped({"OFD.xml": b"<ofd/>"}), "另存（或打印）为 PDF"),
        ("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(40), "图片"),
        ("照片.docx", b"\x89PNG\r\n\x1a\n" + bytes(40), "图片"),
        ("照片.bmp", b"BM" + bytes(40), "图片"),
        ("setup.docx", b"MZ\x90\0" + bytes(200), "是一个程序"),
        ("计划.rtf", b"{\\rtf1 abc}", "另存为 .docx"),
        ("计划.docx", zipped({"a.txt": b"x"}), "压缩包"),
        ("计划.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        ("清单.xlsb", zipped({"xl/workbook.bin": b"x"}), "另存为 .xlsx"),
        ("汇报.pptx", zipped({"ppt/presentation.xml": b"<a/>"}), "演示文稿"),
        ("计划.rar", b"Rar!\x1a\x07\0" + bytes(40), "压缩包"),
        ("计划.xml", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "另存为 .docx"),
        ("什么.dat", b"\x01\x02\0\0\x03", "认不出"),
        ("空.txt", b"", "没有文字"),
        ("空.docx", word(paragraph("")), "没有文字"),
    ],
)
def test_a_kind_that_is_not_read_says_how_to_convert_it(name: str, content: bytes, says: str) -> None:
    refused = refusal(name, content)
    assert refused.code == "unreadable"
    assert says in str(refused)


@pytest.mark.parametrize("name", ["计划.doc", "计划.txt", "计划", "计划.pdf"])
def test_a_file_is_read_as_what_it_is_whatever_its_name(name: str) -> None:
    assert intake.text_of(name, PLAN).startswith("一、修路十里")
    assert intake.text_of(name, LIST).endswith("县交通运输局")


def test_the_limit_of_the_upload_is_told_in_megabytes(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'a.db'}", FrozenClock(at(FIRST_DAY)), FakePost())
    with app.app_context(), pytest.raises(Refused, match="超过20MB") as caught:
        intake.read("a.txt", b"a" * (20 * 1024 * 1024 + 1))
    assert caught.value.code == "too-large"


def test_macros_are_left_alone_and_the_text_is_read() -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Override PartName="/word/document.xml"'
        ' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    )
    macro = repacked(
        PLAN, {"word/vbaProject.bin": OLE + b"Shell(calc)", "[Content_Types].xml": types.encode()}
    )
    assert intake.text_of("计划.docm", macro) == intake.text_of("计划.docx", PLAN)


class Listener:
    """A port of this machine that notes whether anybody knocks."""

    def __init__(self) -> None:
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/x"

    def was_called(self) -> bool:
        """Whether a connection waits; ends the listening."""
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            self._socket.close()


def test_no_link_is_ever_followed() -> None:
    listener = Listener()
    link = listener.address
    outside = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATION}/attachedTemplate" Target="{link}" TargetMode="External"/>'
        f'<Relationship Id="r2" Type="{RELATION}/numbering" Target="{link}" TargetMode="External"/>'
        f'<Relationship Id="r3" Type="{RELATION}/header" Target="{link}"/></Relationships>'
    )
    intake.text_of("a.docx", repacked(PLAN, {"word/_rels/document.xml.rels": outside.encode()}))
    page = f'<html><head><link rel=stylesheet href="{link}"></head><body><img src="{link}"><p>正文里的字。</p></body></html>'
    intake.text_of("a.html", page.encode())
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{link}">]><html><body><p>正文&x;</p></body></html>'
    intake.text_of("a.html", entity.encode())
    refusal("a.docx", document_with(f'<!DOCTYPE w:document SYSTEM "{link}">', "字"))
    assert not listener.was_called()


def document_with(doctype: str, words: str) -> bytes:
    with zipfile.ZipFile(BytesIO(word(paragraph(run(words))))) as package:
        plain = package.read("word/document.xml")
    return repacked(PLAN, {"word/document.xml": doctype.encode() + plain})


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{at} '{f'&a{at - 1};' * 10}'>" for at in range(1, 10)
)


def test_a_billion_laughs_are_refused_in_word_and_in_sheets() -> None:
    assert refusal("a.docx", document_with(LAUGHS + "]>", "&a9;")).code == "unreadable"
    with zipfile.ZipFile(BytesIO(LIST)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    laughing = LAUGHS + "]>" + re.sub(r"<t>[^<]*</t>", "<t>&a9;</t>", sheet)
    assert "&a9;</t>" in laughing
    refused = refusal("a.xlsx", repacked(LIST, {"xl/worksheets/sheet1.xml": laughing.encode()}))
    assert "实体" in str(refused)


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密", encoding="utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    refused = refusal("a.docx", document_with(doctype, "&s;"))
    assert "实体" in str(refused)
    page = f"{doctype}<html><body><p>正文 &s; 完</p></body></html>"
    assert "机密" not in intake.text_of("a.html", page.encode())


def test_a_part_that_unpacks_a_thousandfold_is_refused() -> None:
    bomb = repacked(PLAN, {"word/media/a.xml": bytes(30 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refusal("a.docx", bomb).code == "too-large"


def test_a_page_of_a_pdf_that_unpacks_beyond_every_bound_is_refused() -> None:
    bomb = painting(b"(a)Tj " * 20_000_000)
    assert len(bomb) < 200_000
    refused = refusal("a.pdf", bomb)
    assert refused.code == "too-large"
    assert "只保留任务部分" in str(refused)


def test_many_parts_that_unpack_to_too_much_together_are_refused() -> None:
    content = claiming(PLAN, 190 * 1024 * 1024)
    assert intake.text_of("a.docx", PLAN)
    assert refusal("a.docx", content).code == "too-large"


def claiming(package: bytes, size: int) -> bytes:
    """The package with a second and third part whose directory entries claim that size, packed by a tenth."""
    grown = bytearray(repacked(package, {"word/a.bin": b"x", "word/b.bin": b"x"}))
    for name in (b"word/a.bin", b"word/b.bin"):
        entry = grown.rindex(name) - 46
        struct.pack_into("<II", grown, entry + 20, size // 10, size)
    return bytes(grown)


def test_a_package_within_a_package_stays_closed() -> None:
    inner = repacked(PLAN, {"word/bomb.xml": bytes(30 * 1024 * 1024)})
    nested = repacked(PLAN, {"word/embeddings/inner.docx": inner})
    assert intake.text_of("a.docx", nested) == intake.text_of("a.docx", PLAN)


def test_paths_that_lead_out_of_the_package_write_and_read_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "escaped"
    packed = repacked(PLAN, {str(outside): b"x", "../../escaped": b"x"})
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{RELATION}/header" Target="../../../../etc/passwd"/></Relationships>'
    )
    packed = repacked(packed, {"word/_rels/document.xml.rels": relations.encode()})
    assert intake.text_of("a.docx", packed) == intake.text_of("a.docx", PLAN)
    assert not outside.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", PLAN), ("a.xlsx", LIST), ("a.pdf", pdf([typeset(["一、修路十里。"])]))],
    ids=["docx", "xlsx", "pdf"],
)
def test_a_truncated_file_says_so(name: str, content: bytes) -> None:
    for part in (0.3, 0.6, 0.95):
        refused = refusal(name, content[: int(len(content) * part)])
        assert refused.code == "unreadable"
        assert "损坏" in str(refused)


def test_a_part_that_is_locked_inside_the_package_asks_for_the_password() -> None:
    locked = bytearray(PLAN)
    entry = locked.rindex(b"word/document.xml") - 46
    struct.pack_into("<H", locked, entry + 8, 1)
    assert "密码" in str(refusal("a.docx", bytes(locked)))


def test_a_sheet_that_claims_to_reach_the_last_cell_costs_what_it_holds() -> None:
    with zipfile.ZipFile(BytesIO(LIST)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    far = '<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>远</t></is></c></row></sheetData>'
    merged = '<mergeCells count="1"><mergeCell ref="E5:XFD1048576"/></mergeCells>'
    grown = sheet.replace("</sheetData>", far + merged)
    assert grown != sheet
    read = intake.text_of("a.xlsx", repacked(LIST, {"xl/worksheets/sheet1.xml": grown.encode()}))
    assert read == intake.text_of("a.xlsx", LIST)


@pytest.mark.parametrize("opening", ["<div>", "<table><tr><td>", "<b>", "<ul><li>"])
def test_a_page_nested_without_end_is_read(opening: str) -> None:
    deep = "<html><body><p>正文里的字。</p>" + opening * 20_000 + "深处"
    assert "正文里的字。" in intake.text_of("a.html", deep.encode())


def test_a_paper_nested_too_deep_is_refused_and_a_shallow_one_is_read() -> None:
    nested = paragraph("内")
    for _ in range(60):
        nested = table(cell(paragraph("外") + nested))
    assert intake.text_of("a.docx", word(nested)).endswith("内")
    for _ in range(200):
        nested = table(cell(paragraph("外") + nested))
    assert refusal("a.docx", word(nested)).code == "unreadable"


def test_a_text_beyond_every_plan_is_refused() -> None:
    assert refusal("a.txt", "字".encode() * (intake.TEXT_LIMIT + 1)).code == "too-large"
    filled = (
        "<table><tr><td>任务</td><td>责任单位</td></tr><tr><td>"
        + "修" * 300
        + '</td><td rowspan="65000">县教育局</td></tr>'
    )
    rows = filled.replace("<td>" + "修", '<td rowspan="65000">' + "修") + "<tr><td></td></tr>" * 40_000
    assert refusal("a.html", f"<html><body>{rows}</table></body></html>".encode()).code == "too-large"

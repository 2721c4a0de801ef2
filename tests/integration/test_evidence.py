"""Evidence (佐证): what is kept, what is refused, where it serves, who may have it; on both databases where it matters."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from docx import Document
from openpyxl import Workbook

from app import storage
from app.models import Commitment, Duty, Evidence, EvidencePlace, EvidenceUse, LedgerEntry, Measure, Report
from app.queries import evidence as rows
from app.services import evidence, progress
from app.services.evidence import Backing, Upload
from tests.county import MARCH, THREE, in_march, march_duties
from tests.world import LEAD, OFFICE, ON_PAPER, SHARER, STRANGER, World
from workflows.commitments import CommitmentKind, Comparison
from workflows.errors import Refused
from workflows.lifecycle import ClosingGrade, TaskState

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40


def docx(text: str = "两所示范园挂牌情况说明") -> bytes:
    document, out = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def xlsx(text: str = "入园人数") -> bytes:
    book, out = Workbook(), BytesIO()
    book.worksheets[0]["A1"] = text
    book.save(out)
    return out.getvalue()


def zipped(*names: str, content: bytes = b"<a/>") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, content)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + b"".join(s.encode("utf-16-le") for s in streams)
    )


def store(
    world: World, name: str = "说明.pdf", content: bytes = PDF, unit: str = LEAD, *, ticked: bool = True
) -> int:
    with world.app.app_context():
        return evidence.store(
            world.actor(unit), world.unit_id(unit), Upload(name, content, ticked), world.now
        )


def files(world: World) -> set[str]:
    with world.app.app_context():
        return set(storage.kept())


def acts(world: World) -> list[str]:
    wanted = sa.select(LedgerEntry).where(LedgerEntry.act.like("evidence.%")).order_by(LedgerEntry.id)
    return [entry.act for entry in world.all(wanted)]


# ------------------------------------------------------------------------------------------ what is kept

KEPT: dict[str, Callable[[], bytes]] = {
    "说明.pdf": lambda: PDF,
    "说明.DOCX": docx,
    "名单.xlsx": xlsx,
    "旧文件.doc": lambda: ole("WordDocument"),
    "金山.wps": lambda: ole("WordDocument"),
    "旧表.xls": lambda: ole("Workbook"),
    "现场.jpg": lambda: JPEG,
    "现场.JPEG": lambda: JPEG,
    "截图.png": lambda: PNG,
    "公文.ofd": lambda: zipped("OFD.xml", "Doc_0/Document.xml"),
    "笔录.txt": "3月12日现场查看。".encode,
    "国标.txt": lambda: "3月12日现场查看。".encode("gb18030"),
    "名单.csv": lambda: "园名,人数\n城关园,120\n".encode("utf-8-sig"),
}


@pytest.mark.parametrize("name", KEPT)
def test_documents_tables_pictures_and_texts_are_kept_under_their_hash(
    sqlite_world: World, name: str
) -> None:
    content = KEPT[name]()
    kept = sqlite_world.get(Evidence, store(sqlite_world, name, content))
    assert (kept.filename, kept.size, kept.sha256) == (
        name,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    with sqlite_world.app.app_context():
        place = storage.path_of(kept.sha256)
        assert place is not None
        assert place.read_bytes() == content
        assert storage.is_whole(kept.sha256)
        assert storage.half_written() == []


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "程序.pdf": (lambda: b"MZ\x90\0" + b"\0" * 60, "程序或脚本"),
    "程序.docx": (lambda: b"\x7fELF" + b"\0" * 60, "程序或脚本"),
    "脚本.txt": (lambda: b"#!/bin/sh\nrm -rf x\n", "程序或脚本"),
    "批处理.bat": (lambda: b"@echo off\r\n", "程序或脚本"),
    "网页.txt": (lambda: b"<html><script>alert(1)</script></html>", "网页或矢量图"),
    "网页.html": (lambda: b"<!DOCTYPE html><p>a</p>", "网页或矢量图"),
    "图.svg": (lambda: b'<?xml version="1.0"?><svg xmlns="x"/>', "网页或矢量图"),
    "宽网页.txt": (lambda: "<script>1</script>".encode("utf-16"), "网页或矢量图"),
    "包.zip": (lambda: zipped("a.txt"), "压缩包"),
    "包.rar": (lambda: b"Rar!\x1a\x07\0", "压缩包"),
    "宏.docx": (lambda: zipped("word/document.xml", "word/vbaProject.bin"), "宏程序"),
    "宏.doc": (lambda: ole("WordDocument", "_VBA_PROJECT"), "宏程序"),
    "锁.docx": (lambda: ole("EncryptedPackage"), "打开密码"),
    "坏.docx": (lambda: b"PK\x03\x04 nothing", "损坏"),
    "空.pdf": (lambda: b"", "空的"),
    "其他.bin": (lambda: b"\x01\x02\x03\x04", "认不出"),
    "改名.jpg": (lambda: PDF, "文件名以“.jpg”结尾，内容却是PDF"),
    "没有后缀": (lambda: PDF, "文件名没有后缀"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_runs_and_what_lies_about_itself_is_refused_with_a_sentence(
    sqlite_world: World, name: str
) -> None:
    make, words = REFUSED[name]
    with pytest.raises(Refused, match=words) as refused:
        store(sqlite_world, name, make())
    assert refused.value.code == "unreadable"
    assert files(sqlite_world) == set()
    assert sqlite_world.count(Evidence) == 0


def test_a_bomb_is_refused(sqlite_world: World) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\0" * 60_000_000)
    with pytest.raises(Refused) as refused:
        store(sqlite_world, "弹.docx", out.getvalue())
    assert refused.value.code == "too-large"


def test_a_file_beyond_the_limit_is_refused(sqlite_world: World) -> None:
    sqlite_world.app.config["EVIDENCE_MAX_MB"] = 1
    assert store(sqlite_world, "正好.pdf", PDF.ljust(1024 * 1024, b" "))
    with pytest.raises(Refused, match="超过1MB") as refused:
        store(sqlite_world, "大.pdf", PDF.ljust(1024 * 1024 + 1, b" "))
    assert refused.value.code == "too-large"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("机密文件.pdf", PDF),
        ("会议纪要（秘密）.pdf", PDF),
        ("会议纪要.docx", docx("机密★5年\n关于某事的会议纪要")),
        ("会议纪要.docx", docx("绝 密 ★ 长期")),
        ("会议纪要.txt", "秘密\n第一条".encode()),
        ("会议纪要.doc", ole("WordDocument", "秘密★一年")),
        ("会议纪要.ofd", zipped("OFD.xml", "Doc_0/Pages/P1.xml", content="<t>机密★</t>".encode())),
    ],
)
def test_what_bears_a_mark_of_secrecy_never_comes_in(sqlite_world: World, name: str, content: bytes) -> None:
    with pytest.raises(Refused, match="涉密禁入"):
        store(sqlite_world, name, content)
    assert files(sqlite_world) == set()


@pytest.mark.parametrize(
    "text", ["学习保守国家秘密法的情况说明", "机密文件管理制度已经建立。", "商业秘密保护"]
)
def test_speaking_of_secrecy_is_no_mark(sqlite_world: World, text: str) -> None:
    assert store(sqlite_world, "说明.docx", docx(text))


def test_nothing_is_kept_without_the_sender_s_word_that_it_is_not_classified(sqlite_world: World) -> None:
    with pytest.raises(Refused, match="密级自查"):
        store(sqlite_world, ticked=False)
    assert files(sqlite_world) == set()


def test_a_name_loses_its_folders_and_what_would_mislead_on_a_page(sqlite_world: World) -> None:
    kept = sqlite_world.get(Evidence, store(sqlite_world, "C:\\用户\\..\\\u202efdp.说明\n.pdf"))
    assert kept.filename == "fdp.说明.pdf"
    long = sqlite_world.get(Evidence, store(sqlite_world, "长" * 400 + ".pdf", PDF + b"2"))
    assert long.filename == "长" * 120 + ".pdf"


def test_the_same_bytes_are_one_row_of_a_unit_and_one_file_of_all(world: World) -> None:
    first = store(world)
    assert store(world, "又一次.pdf") == first
    assert store(world, unit=SHARER) != first
    assert world.count(Evidence) == 2
    assert len(files(world)) == 1
    assert acts(world) == ["evidence.add", "evidence.add"]


def test_many_who_upload_the_same_at_once_make_one_row(world: World) -> None:
    actor, unit_id = world.actor(LEAD), world.unit_id(LEAD)
    upload = Upload("说明.pdf", PDF, unclassified=True)
    ids = world.at_once([lambda: evidence.store(actor, unit_id, upload, world.now)] * 4)
    assert len(set(ids)) == 1
    assert world.count(Evidence) == 1


def test_a_department_keeps_no_files_for_another(sqlite_world: World) -> None:
    upload = Upload("说明.pdf", PDF, unclassified=True)
    with sqlite_world.app.app_context(), pytest.raises(Refused) as refused:
        evidence.store(sqlite_world.actor(STRANGER), sqlite_world.unit_id(LEAD), upload, sqlite_world.now)
    assert refused.value.code == "missing"


def test_a_disk_that_takes_nothing_is_said_and_leaves_no_half_file(
    sqlite_world: World, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.write_text("")
    sqlite_world.app.config["EVIDENCE_DIR"] = str(blocked)
    with pytest.raises(Refused, match="磁盘可能已满") as refused:
        store(sqlite_world)
    assert refused.value.code == "invalid"
    assert sqlite_world.count(Evidence) == 0


def test_a_file_whose_row_was_never_written_is_found_and_a_lost_or_spoilt_one_is_named(world: World) -> None:
    check = world.app.test_cli_runner()
    whole, lost = world.get(Evidence, store(world)), world.get(Evidence, store(world, "二.pdf", PDF + b"2"))
    with world.app.app_context():
        orphan = evidence.take_in(Upload("三.pdf", PDF + b"3", unclassified=True)).sha256
    good = check.invoke(args=["evidence", "check"])
    assert good.exit_code == 0
    assert f"orphan  {orphan}" in good.output
    assert "2 files on record, 0 missing or spoilt" in good.output
    with world.app.app_context():
        lost_file, spoilt_file = storage.path_of(lost.sha256), storage.path_of(whole.sha256)
        assert lost_file is not None
        assert spoilt_file is not None
        lost_file.unlink()
        spoilt_file.write_bytes(b"x")
        (spoilt_file.parent / "left.part").write_bytes(b"half")
    bad = check.invoke(args=["evidence", "check"])
    assert bad.exit_code == 1
    assert f"MISSING {lost.sha256}" in bad.output
    assert f"SPOILT  {whole.sha256}" in bad.output
    assert "left.part: half written" in bad.output


# ------------------------------------------------------------------------------------------ where it serves


@pytest.fixture
def county(world: World) -> World:
    """March's reports are open."""
    world.issue(*THREE)
    return in_march(world)


def use(world: World, duty_id: int, *ids: int, unit: str = LEAD, commitment_id: int | None = None) -> None:
    with world.app.app_context():
        evidence.use_in_report(world.actor(unit), duty_id, ids, now=world.now, commitment_id=commitment_id)


def uses(world: World) -> list[EvidenceUse]:
    return world.all(sa.select(EvidenceUse).where(EvidenceUse.removed_at.is_(None)).order_by(EvidenceUse.id))


def take_away(world: World, use_id: int, unit: str = LEAD) -> None:
    with world.app.app_context():
        evidence.remove(world.actor(unit), use_id, world.now)


def test_one_upload_serves_many_places_and_twice_in_one_is_once(county: World) -> None:
    file, (one, two, _) = store(county), march_duties(county)
    use(county, one.id, file, file)
    use(county, one.id, file)
    use(county, two.id, file)
    assert [(u.evidence_id, u.place, u.duty_id) for u in uses(county)] == [
        (file, EvidencePlace.REPORT, one.id),
        (file, EvidencePlace.REPORT, two.id),
    ]
    assert acts(county) == ["evidence.add", "evidence.use", "evidence.use"]
    with county.app.app_context():
        found = rows.of_duties([one.id, two.id])
        assert [u.evidence.filename for u in found[one.id]] == ["说明.pdf"]


def test_a_file_in_a_row_makes_no_page_that_is_open_on_it_stale(county: World) -> None:
    duty = march_duties(county)[0]
    use(county, duty.id, store(county))
    assert county.count(Report) == 0
    assert county.get(Duty, duty.id).version == duty.version


def test_nobody_uses_the_file_or_the_row_of_another_unit(county: World) -> None:
    file, duty = store(county), march_duties(county)[0]
    with pytest.raises(Refused, match="没有找到"):
        use(county, duty.id, file, unit=SHARER)
    theirs = store(county, "二.pdf", PDF + b"2", SHARER)
    with pytest.raises(Refused, match="没有找到这份佐证"):
        use(county, duty.id, theirs)
    assert uses(county) == []


def test_what_was_filed_keeps_its_evidence_until_it_is_returned(county: World) -> None:
    file, duty = store(county), march_duties(county)[0]
    use(county, duty.id, file)
    [there] = uses(county)
    county.file(LEAD, MARCH)
    with pytest.raises(Refused, match="已经送审或报送"):
        take_away(county, there.id)
    with pytest.raises(Refused, match="已经送审或报送"):
        use(county, duty.id, store(county, "二.pdf", PDF + b"2"))
    county.return_report(duty.id)
    take_away(county, there.id)
    assert uses(county) == []
    assert acts(county)[-1] == "evidence.remove"
    use(county, duty.id, file)
    assert len(uses(county)) == 1


def test_an_indicator_that_is_reached_without_proof_is_named_to_the_office(county: World) -> None:
    duty = march_duties(county)[0]
    with county.writing() as s:
        goal = Commitment(
            task_id=duty.task_id, position=0, kind=CommitmentKind.INDICATOR, name="示范园",
            comparison=Comparison.REACH, target="2", unit="所",
        )  # fmt: skip
        s.add(goal)
        s.flush()
        goal_id = goal.id
        report = Report(duty_id=duty.id, done="一所挂牌。")
        report.measures.append(Measure(commitment_id=goal_id, value="1"))
        s.add(report)

    def unproven() -> tuple[str, ...]:
        with county.app.app_context():
            return rows.unproven([rows.row(duty.id)]).get(duty.id, ())

    assert unproven() == ()
    with county.writing() as s:
        s.scalars(sa.select(Measure)).one().value = "2"
    assert unproven() == ("示范园",)
    use(county, duty.id, store(county))
    assert unproven() == ("示范园",)
    use(county, duty.id, store(county), commitment_id=goal_id)
    assert unproven() == ()
    with pytest.raises(Refused, match="没有找到这个指标"):
        use(county, duty.id, store(county), commitment_id=goal_id + 1)


# ------------------------------------------------------------------------------------------ closing


def ask_to_close(world: World, task_id: int, backing: Backing) -> None:
    with world.app.app_context():
        version = next(task.version for task in world.tasks() if task.id == task_id)
        words = "两所园均已挂牌。"
        progress.request_close(
            world.actor(LEAD), task_id, words, backing=backing, seen_version=version, now=world.now
        )


def test_a_request_to_close_needs_a_file_or_the_place_of_the_paper(county: World) -> None:
    task = county.tasks()[1]
    for nothing in (Backing(), Backing(paper="  ")):
        with pytest.raises(Refused, match="申请办结要有佐证"):
            ask_to_close(county, task.id, nothing)
    with pytest.raises(Refused, match="最多400字"):
        ask_to_close(county, task.id, Backing(paper="长" * 401))
    with pytest.raises(Refused, match="没有找到这份佐证"):
        ask_to_close(county, task.id, Backing((store(county, unit=SHARER),)))
    assert county.tasks()[1].state is TaskState.UNDERWAY
    assert uses(county) == []
    ask_to_close(county, task.id, Backing((store(county),)))
    assert county.tasks()[1].state is TaskState.CLOSING


def test_the_files_of_a_request_stay_while_it_is_checked_and_serve_the_next_one(county: World) -> None:
    task = county.tasks()[1]
    ask_to_close(county, task.id, Backing((store(county),)))
    [laid] = uses(county)
    assert (laid.place, laid.task_id) == (EvidencePlace.CLOSING, task.id)
    with pytest.raises(Refused, match="已经申请办结"):
        take_away(county, laid.id)
    with county.app.app_context():
        version = county.tasks()[1].version
        progress.send_back(county.office, task.id, "还差验收单。", seen_version=version, now=county.now)
    ask_to_close(county, task.id, Backing())
    assert county.tasks()[1].state is TaskState.CLOSING


def close(world: World, task_id: int, grade: ClosingGrade, backing: Backing) -> None:
    with world.app.app_context():
        version = next(task.version for task in world.tasks() if task.id == task_id)
        progress.close(
            world.office,
            task_id,
            "核查无误。",
            grade=grade,
            backing=backing,
            seen_version=version,
            now=world.now,
        )


@pytest.mark.parametrize("grade", ClosingGrade)
def test_a_task_is_closed_with_a_grade_that_stands_in_the_record(county: World, grade: ClosingGrade) -> None:
    task = county.tasks()[1]
    ask_to_close(county, task.id, ON_PAPER)
    close(county, task.id, grade, Backing((store(county, unit=OFFICE),)))
    assert county.tasks()[1].closing_grade is grade
    assert county.tasks()[1].close_paper == ON_PAPER.paper
    entry = county.one(sa.select(LedgerEntry).where(LedgerEntry.act == "task.close"))
    assert (entry.detail["grade"], entry.detail["words"]) == (grade.value, "核查无误。")
    [checked] = uses(county)
    assert checked.place is EvidencePlace.CHECK
    with pytest.raises(Refused, match="核查或考核的依据"):
        take_away(county, checked.id, OFFICE)


def test_what_nobody_asked_to_close_is_closed_only_on_the_office_s_own_proof(county: World) -> None:
    task = county.tasks()[1]
    with pytest.raises(Refused, match="直接销号要有佐证"):
        close(county, task.id, ClosingGrade.GOOD, Backing())
    assert county.tasks()[1].state is TaskState.UNDERWAY
    close(county, task.id, ClosingGrade.GOOD, ON_PAPER)
    assert county.tasks()[1].close_paper == ON_PAPER.paper


# ------------------------------------------------------------------------------------------ who may have it


def reads(world: World, file: int, unit: str | None) -> bool:
    with world.app.app_context():
        try:
            rows.readable(file, None if unit is None else {world.unit_id(unit)})
        except Refused:
            return False
        return True


def test_a_file_is_read_by_its_unit_by_those_of_the_task_and_by_who_supervises(county: World) -> None:
    file = store(county)
    assert [reads(county, file, unit) for unit in (LEAD, SHARER, STRANGER, None)] == [
        True,
        False,
        False,
        True,
    ]
    use(county, march_duties(county)[0].id, file)
    assert [reads(county, file, unit) for unit in (LEAD, SHARER, STRANGER, None)] == [True, True, False, True]
    take_away(county, uses(county)[0].id)
    assert not reads(county, file, SHARER)


def test_a_file_that_is_not_where_it_should_be_is_said_to_be_missing(sqlite_world: World) -> None:
    file = sqlite_world.get(Evidence, store(sqlite_world))
    with sqlite_world.app.app_context():
        place = storage.path_of(file.sha256)
        assert place is not None
        place.unlink()
        with pytest.raises(Refused, match="不在存放处"):
            rows.readable(file.id, None)

"""The papers of an assessment (documents 24 and 25): scheme, score sheets, result, decision on an appeal, self-assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from app.models import Appeal, AssessmentScore
from tests.assessing import CUTOFF, a_year, appealed, archived, begun, come, decided, settled, shown
from tests.pages import Reader, signed_in
from tests.world import LEAD, SHARER, World
from workflows.appraisal import said
from workflows.lifecycle import ScoreStage


@dataclass(frozen=True)
class Assessed:
    """A county whose year is assessed, with the appeal of the lead decided in its favour."""

    world: World
    plan_id: int
    assessment_id: int
    office: Reader

    def word(self, path: str, reader: Reader | None = None) -> str:
        answer = (reader or self.office).client.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        document = docx.Document(BytesIO(answer.data))
        return "".join("".join(str(text) for text in document.element.body.itertext()).split())

    def refused(self, path: str, reader: Reader | None = None) -> int:
        return (reader or self.office).client.get(path).status_code

    @property
    def of_assessment(self) -> str:
        return f"/assessments/{self.assessment_id}"


@pytest.fixture
def assessed(sqlite_world: World) -> Assessed:
    plan_id = a_year(sqlite_world)
    assessment_id = begun(sqlite_world, plan_id)
    shown(sqlite_world, assessment_id, CUTOFF)
    return Assessed(sqlite_world, plan_id, assessment_id, signed_in(sqlite_world.app, "zhuanban"))


APPEALS_OVER = date(2025, 6, 16)


def test_the_scheme_is_printed_rule_by_rule(assessed: Assessed) -> None:
    text = assessed.word(f"{assessed.of_assessment}/scheme.docx")
    assert "2025年度《学前教育提升行动计划》考核实施方案" in text
    for words in ("任务完成：满分50分", "优秀：90分以上", "否决须附认定文书", "登记计", "专班办公室（代章）"):
        assert words in text, words


def test_the_score_sheet_says_every_unit_s_points_as_they_were_stored(assessed: Assessed) -> None:
    stored = {
        score.unit_id: score.points
        for score in assessed.world.all(
            sa.select(AssessmentScore).where(AssessmentScore.stage == ScoreStage.PREVIEW)
        )
    }
    answer = assessed.office.client.get(f"{assessed.of_assessment}/scores.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    found = {}
    for page in book.worksheets:
        heads = [str(cell.value) for cell in page[3]]
        for row in page.iter_rows(min_row=4, values_only=True):
            line = dict(zip(heads, row, strict=True))
            found[assessed.world.unit_id(str(line["单位"]))] = line["得分"]
    assert found == {unit_id: said(points) for unit_id, points in stored.items()}
    text = assessed.word(f"{assessed.of_assessment}/scores.docx")
    assert LEAD in text
    assert SHARER in text
    assert "任务完成（50）" in text


def test_a_decision_on_an_appeal_is_printed_once_there_is_one_and_only_for_its_unit(
    assessed: Assessed,
) -> None:
    appeal_id = appealed(assessed.world, assessed.assessment_id)
    path = f"/appeals/{appeal_id}/decision.docx"
    assert assessed.refused(path) == 409
    decided(assessed.world, appeal_id)
    text = assessed.word(path)
    assert "四月月报因系统停运迟报。" in text
    assert "经核对日志，情况属实。" in text
    assert "对本次申诉采纳，调整1.5分" in text
    assert "县教育局：" in text
    assert assessed.word(path, signed_in(assessed.world.app, "jiaoyu")) == text
    assert assessed.refused(path, signed_in(assessed.world.app, "caizheng")) == 404


def test_the_result_is_printed_only_when_the_scores_are_settled(assessed: Assessed) -> None:
    path = f"{assessed.of_assessment}/results"
    assert assessed.refused(f"{path}.docx") == 409
    come(assessed.world, APPEALS_OVER)
    settled(assessed.world, assessed.assessment_id)
    archived(assessed.world, assessed.assessment_id, "清政督〔2026〕3号")
    text = assessed.word(f"{path}.docx")
    for words in ("专班办公室文件", "清政督〔2026〕3号", "考核结果的通报", LEAD, SHARER, "印发"):
        assert words in text, words
    pages = PdfReader(BytesIO(assessed.office.client.get(f"{path}.pdf").data)).pages
    assert "清政督〔2026〕3号" in "".join("".join(page.extract_text().split()) for page in pages)


def test_a_unit_s_account_of_itself_is_drawn_up_from_its_score_for_itself_alone(assessed: Assessed) -> None:
    world = assessed.world
    path = f"/plans/{assessed.plan_id}/years/2025/units/{world.unit_id(LEAD)}/self.docx"
    text = assessed.word(path, signed_in(world.app, "jiaoyu"))
    assert "县教育局2025年度《学前教育提升行动计划》自评报告" in text
    points = next(
        score.points
        for score in world.all(sa.select(AssessmentScore))
        if score.unit_id == world.unit_id(LEAD)
    )
    assert f"自评{said(points)}分" in text
    assert "按期报送率" in text
    assert "迟报：-" in text
    assert assessed.refused(path, signed_in(world.app, "caizheng")) == 404
    assert world.count(Appeal) == 0

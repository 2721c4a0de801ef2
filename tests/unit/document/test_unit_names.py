"""Lists of units are cut where one name ends, and nowhere else; names stay as printed."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import task_with
from workflows.document.naming.unitnames import is_collective, looks_like_unit


@pytest.mark.parametrize(
    ("names", "units"),
    [
        ("市人社局、财政局", ["市人社局", "财政局"]),
        ("各市、县〔区〕人民政府", ["各市、县〔区〕人民政府"]),
        ("各区、县级市", ["各区、县级市"]),
        ("各市、自治州人民政府", ["各市、自治州人民政府"]),
        ("各地区、各部门", ["各地区", "各部门"]),
        ("编制、人社部门", ["编制、人社部门"]),
        ("各级教育、财政部门", ["各级教育、财政部门"]),
        ("各乡镇党委、政府", ["各乡镇党委、政府"]),
        ("省人力资源和社会保障厅、省工业和信息化厅", ["省人力资源和社会保障厅", "省工业和信息化厅"]),
        ("县委组织部和县人社局", ["县委组织部", "县人社局"]),
        ("县教育局及各乡镇", ["县教育局", "各乡镇"]),
        ("各有关部门和单位", ["各有关部门和单位"]),
        ("县教育局、县公安局等有关部门及各乡镇", ["县教育局", "县公安局", "有关部门", "各乡镇"]),
        ("县教育局/县公安局", ["县教育局", "县公安局"]),
        ("县委、县政府督查室", ["县委", "县政府督查室"]),
        ("各县<市、区>人民政府、县教育局", ["各县<市、区>人民政府", "县教育局"]),
        ("各省、自治区、直辖市人民政府", ["各省、自治区、直辖市人民政府"]),
        ("各地、州、市人民政府（行署）", ["各地、州、市人民政府（行署）"]),
        ("各盟行政公署、市人民政府", ["各盟行政公署、市人民政府"]),
        ("各街道党工委、办事处", ["各街道党工委、办事处"]),
        ("各县（市、区） 政府、县教育局", ["各县（市、区） 政府", "县教育局"]),
        ("县教育局、县财政局等市级有关部门", ["县教育局", "县财政局", "市级有关部门"]),
        (
            "县教育局、县财政局等省有关部门和各地级以上市人民政府",
            ["县教育局", "县财政局", "省有关部门", "各地级以上市人民政府"],
        ),
        ("各区、县级市等", ["各区、县级市"]),
        ("县总工会和团县委、县妇联", ["县总工会", "团县委", "县妇联"]),
        ("县文化馆和图书馆", ["县文化馆", "图书馆"]),
        ("县教育局\n县财政局", ["县教育局", "县财政局"]),
    ],
)
def test_a_list_of_units_is_cut_at_its_names(names: str, units: list[str]) -> None:
    assert list(task_with(f"（责任单位：{names}）").responsible_units) == units


@pytest.mark.parametrize("ending", ["等", "等部门", "等单位", "等9部门"])
def test_a_list_that_ends_in_deng_is_open(ending: str) -> None:
    task = task_with(f"（责任单位：县教育局、县财政局{ending}）")
    assert task.responsible_units == ("县教育局", "县财政局")
    assert task.open_list
    assert [doubt.code for doubt in task.doubts] == ["list-open"]


@pytest.mark.parametrize("name", ["各幼儿园", "各乡镇政府", "有关部门", "县专班成员单位", "全县各部门"])
def test_a_name_for_many_units_is_collective(name: str) -> None:
    assert is_collective(name)


@pytest.mark.parametrize("name", ["县教育局", "全国工商联", "县委编办", "县妇联"])
def test_the_name_of_one_unit_is_not_collective(name: str) -> None:
    assert not is_collective(name)


@pytest.mark.parametrize(
    "name", ["县教育局", "团县委", "县融媒体中心", "各县(市、区)", "国网供电公司", "县人大"]
)
def test_the_usual_bodies_look_like_units(name: str) -> None:
    assert looks_like_unit(name)


@pytest.mark.parametrize("name", ["确保完成", "以上", "全面提升教学质量", "x", ""])
def test_other_words_do_not_look_like_units(name: str) -> None:
    assert not looks_like_unit(name)

"""The usual units of a county: one name, one unit, at every level; and what a printed name is taken to mean among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from workflows.errors import Refused
from workflows.fields import fields_of
from workflows.likeness import alike, closest
from workflows.registry import Level, StartingSet, StartingUnit, level_of, starting_set
from workflows.units import UnitKind

PLACES = ("云岭县", "海川区", "平江市", "东林旗", "大川回族自治县", "徽县")


def usual(place: str) -> StartingSet:
    return starting_set(place, level_of(place))


def named(name: str, place: str = "云岭县") -> StartingUnit:
    [found] = [unit for unit in usual(place).units if unit.name == name]
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_name_is_claimed_twice_by_units_or_groups(place: str) -> None:
    county = usual(place)
    claims = Counter(name for unit in county.units for name in unit.names)
    claims.update(group.name for group in county.groups)
    assert [name for name, count in claims.items() if count > 1] == []


@pytest.mark.parametrize("place", PLACES)
def test_former_names_are_candidates_and_claimed_by_nobody(place: str) -> None:
    county = usual(place)
    claims = {name for unit in county.units for name in unit.names}
    former = [name for unit in county.units for name in unit.former]
    assert len(former) > 50
    assert claims.isdisjoint(former)
    assert len(former) == len(set(former))


@pytest.mark.parametrize("place", PLACES)
def test_every_mark_of_the_tables_is_filled_in_and_every_name_fits_its_column(place: str) -> None:
    county = usual(place)
    names = [name for unit in county.units for name in (*unit.names, *unit.former)]
    assert not [name for name in names if set(name) & set("○□◇|") or name != name.strip() or not name]
    assert max(map(len, names)) <= 120


@pytest.mark.parametrize("place", PLACES)
def test_whoever_files_for_another_is_in_the_set_and_files_for_itself(place: str) -> None:
    units = {unit.name: unit for unit in usual(place).units}
    filers = [units[unit.files_through] for unit in units.values() if unit.files_through]
    assert filers
    assert not [filer.name for filer in filers if filer.files_through or filer.kind is UnitKind.GOVERNMENT]


@pytest.mark.parametrize("place", PLACES)
def test_what_does_not_sign_in_says_who_files_for_it(place: str) -> None:
    silent = [unit for unit in usual(place).units if unit.kind is UnitKind.GOVERNMENT]
    assert len(silent) == 4
    assert all(unit.files_through for unit in silent)


def test_every_part_of_the_reference_list_is_there() -> None:
    sections = Counter(unit.section for unit in usual("云岭县").units)
    assert list(sections) == [
        "党委系统",
        "政府工作部门",
        "人大、政协、法检和垂管",
        "群团和社会组织",
        "教育系统",
        "园区和企业",
    ]
    assert sum(sections.values()) == 96


@pytest.mark.parametrize(
    ("place", "name", "full"),
    [
        ("云岭县", "县教育局", "云岭县教育局"),
        ("海川区", "区住建局", "海川区住房和城乡建设局"),
        ("平江市", "市委编办", "中共平江市委机构编制委员会办公室"),
        ("东林旗", "团旗委", "共青团东林旗委员会"),
        ("云岭县", "县生态环境局", "市生态环境局云岭分局"),
        ("大川回族自治县", "县生态环境局", "市生态环境局大川回族自治县分局"),
        ("徽县", "县生态环境局", "市生态环境局徽县分局"),
        ("云岭县", "县税务局", "国家税务总局云岭县税务局"),
    ],
)
def test_names_follow_the_county_and_its_level(place: str, name: str, full: str) -> None:
    assert named(name, place).full_name == full


def test_a_bureau_is_known_without_the_word_for_its_county_too() -> None:
    assert {"县住房和城乡建设局", "住建局", "住房和城乡建设局"} <= set(named("县住建局").aliases)


def test_a_former_name_stands_beside_the_unit_that_took_over() -> None:
    assert "县扶贫办" in named("县乡村振兴局").former
    assert "县扶贫办" not in named("县乡村振兴局").names


def test_the_office_of_supervision_is_the_governments_where_only_its_kind_is_said() -> None:
    assert "督查室" in named("县政府督查室").names
    assert "督查室" not in named("县委督查室").names


def test_vague_collective_names_stand_for_no_kind_of_unit() -> None:
    groups = {group.name: group.kind for group in usual("云岭县").groups}
    assert groups["各乡镇政府"] is UnitKind.TOWNSHIP
    assert groups["各幼儿园"] is UnitKind.KINDERGARTEN
    assert groups["各学校"] is UnitKind.SCHOOL
    assert {name for name, kind in groups.items() if kind is None} >= {
        "县直有关单位",
        "有关部门",
        "各成员单位",
    }


def test_townships_are_called_by_what_the_level_calls_them() -> None:
    assert "各街道办事处" in {group.name for group in usual("海川区").groups}
    assert "各苏木乡镇" in {group.name for group in usual("东林旗").groups}
    assert not {"各街道办事处", "各苏木乡镇"} & {group.name for group in usual("云岭县").groups}


@pytest.mark.parametrize("place", ["", "县", "云岭", "云岭县政府"])
def test_a_name_that_is_no_countys_is_refused_with_an_example(place: str) -> None:
    with pytest.raises(Refused, match="云岭县") as refused:
        level_of(place)
    assert refused.value.code == "invalid"


# ------------------------------------------------------------------------------------ likeness


def unknown_aliases(county: StartingSet) -> Iterator[tuple[str, str, str | None]]:
    """(alias, unit, what the words alone suggest), the county knowing only short and full names."""
    owner = {name: unit.name for unit in county.units for name in (unit.name, unit.full_name)}
    for unit in county.units:
        for alias in unit.aliases:
            found = alike(alias, owner)
            yield alias, unit.name, owner[found] if found else None


@pytest.mark.parametrize("place", PLACES)
def test_the_words_of_an_alias_lead_to_its_unit(place: str) -> None:
    """Told by the words alone; the registry, which knows these aliases, is not asked."""
    told = list(unknown_aliases(usual(place)))
    hits = sum(meant == found for _, meant, found in told)
    wrong = [(alias, found) for alias, meant, found in told if found not in {meant, None}]
    assert len(told) > 250
    assert hits / len(told) >= 0.95, [alias for alias, meant, found in told if found != meant]
    assert wrong == []


@pytest.mark.parametrize("place", PLACES)
def test_a_unit_that_is_not_known_is_taken_for_no_other(place: str) -> None:
    county = usual(place)
    owner = {name: unit.name for unit in county.units for name in unit.names}
    asked = [
        (name, closest(name, [other for other, whose in owner.items() if whose != unit.name]))
        for unit in county.units
        for name in unit.names
    ]
    taken = [pair for pair in asked if pair[1]]
    assert len(taken) / len(asked) <= 0.01, taken


@pytest.mark.parametrize("place", PLACES)
def test_a_former_name_is_led_to_the_unit_that_took_over(place: str) -> None:
    county = usual(place)
    owner = {name: unit.name for unit in county.units for name in (unit.name, unit.full_name)}
    for unit in county.units:
        for name in unit.former:
            found = closest(name, owner)
            assert found is not None, name
            assert owner[found] == unit.name, name


KNOWN = (
    "县教育局",
    "县发改局",
    "县住建局",
    "县市场监管局",
    "县民政局",
    "县财政局",
    "县科技局",
    "县农业农村局",
    "县委编办",
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("县教体局", "县教育局"),
        ("县教科局", "县教育局"),
        ("县教科体局", "县教育局"),
        ("教育和科学技术局", "县教育局"),
        ("发改委", "县发改局"),
        ("云岭县发展和改革委员会", "县发改局"),
        ("住房和城乡建设局", "县住建局"),
        ("县城建局", "县住建局"),
        ("市监局", "县市场监管局"),
        ("县食药监局", "县市场监管局"),
        ("县国资局", "县财政局"),
        ("县农牧局", "县农业农村局"),
        ("编办", "县委编办"),
        ("县编办", "县委编办"),
    ],
)
def test_merged_and_shortened_bureaus_are_recognised(printed: str, meant: str) -> None:
    assert closest(printed, KNOWN) == meant


@pytest.mark.parametrize(
    "printed",
    [
        "县民宗局",
        "县体育局",
        "县教研中心",
        "县公路局",
        "县科协",
        "县委农办",
        "县残联",
        "市教育局",
        "省财政厅",
        "县教育工会",
        "县财政所",
    ],
)
def test_another_field_another_kind_of_body_or_another_level_is_no_likeness(printed: str) -> None:
    assert closest(printed, [name for name in KNOWN if name != "县财政局"]) is None


def test_names_fall_apart_into_the_fields_they_speak_of() -> None:
    assert fields_of("教体") == ("教育", "体育")
    assert fields_of("文化旅游广电") == ("文化", "旅游", "广播电视")
    assert fields_of("城市管理综合行政执法") == ("城市管理",)
    assert fields_of("公路") == ()


def test_the_level_is_the_last_character() -> None:
    assert [level_of(place) for place in PLACES] == [
        Level.COUNTY,
        Level.DISTRICT,
        Level.CITY,
        Level.BANNER,
        Level.COUNTY,
        Level.COUNTY,
    ]

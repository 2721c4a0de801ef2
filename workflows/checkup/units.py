"""Who does the work: names nobody knows, bodies that never file, tasks nobody leads, the task force, and the load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workflows.checkup.cast import Cast, loads
from workflows.checkup.model import Check, Finding, Mend, Named, PlanFacts, PlannedTask, Severity, Thresholds
from workflows.units import SHARE_LABELS, Share

_VAGUE = re.compile(r"有关|相关|^(?:各|县直各?|市直各?)(?:部门|单位)$|^责任(?:部门|单位)$")
"""A collective that says nobody (reference g 92); 成员单位 and 各乡镇政府 say whom they mean."""


def unbound_names(facts: PlanFacts, _: Cast, __: Thresholds) -> Iterator[Finding]:
    """Names that were bound to no unit of the county: what keeps most plans from being issued."""
    for printed, tasks in _by_words(facts, lambda name: not (name.unit_id or name.group_id)):
        if not _VAGUE.search(printed):
            sentence = f"“{printed}”没有对应县里的单位，{_of(tasks)}用到它。"
            yield Finding(
                Check.UNBOUND, Severity.BLOCK, sentence, _ids(tasks), (printed,), tasks[0].place, Mend.BIND
            )


def empty_groups(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Collective names without a member: the work would fall on nobody."""
    for name, tasks in _by_name(facts, lambda _task, name: bool(name.group_id)):
        group = cast.group(name)
        if group and not group.members and not _VAGUE.search(name.printed):
            yield Finding(
                Check.EMPTY_GROUP,
                Severity.BLOCK,
                f"“{name.printed}”对应的集体名称“{group.name}”没有成员单位，{_of(tasks)}落不到具体单位。",
                _ids(tasks),
                (name.printed,),
                mend=Mend.GROUP,
                group_id=name.group_id,
            )


def vague_names(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """有关部门 and its kin: nobody feels meant."""
    for name, tasks in _by_name(facts, lambda _task, name: bool(_VAGUE.search(name.printed))):
        group = cast.group(name)
        means = name.unit_id or (group and group.members)
        sentence = f"“{name.printed}”没有说明是哪些单位，{_of(tasks)}用到它，请逐项写明单位名称。"
        yield Finding(
            Check.VAGUE,
            Severity.REMIND if means else Severity.BLOCK,
            sentence,
            _ids(tasks),
            (name.printed,),
            tasks[0].place,
        )


def filing(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Bodies that never file (县政府): nobody would report on their tasks, unless another unit files for them (归口)."""
    for name, tasks in _by_name(facts, lambda _task, name: cast.never_files(name)):
        unit = cast.unit(name)
        led = [task for task in tasks if _holds(cast, task, name, Share.LEAD)]
        part = f"牵头{_of(led)}" if led else f"参与{_of(tasks)}"
        label = cast.label(name)
        if unit and unit.through:
            sentence = f"“{label}”{part}，不登录填报，由{unit.through}归口填报。"
            check, severity, mend = Check.FILES_THROUGH, Severity.HINT, Mend.FILES_THROUGH
        else:
            sentence = f"“{label}”{part}，但不登录填报，没有人报进展。请为它指定归口填报单位。"
            check, severity = Check.FILES_NOWHERE, Severity.BLOCK
            mend = Mend.FILES_THROUGH if name.unit_id else Mend.BIND
        yield Finding(
            check, severity, sentence, _ids(led or tasks), (label,), mend=mend, unit_id=name.unit_id
        )


def leaderless(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Tasks without 牵头单位: the first responsible unit leads, a collective leads nobody (decision 0006)."""
    for task in facts.tasks:
        owing = list(task.owed_by())
        if not owing:
            sentence = f"{task.label}没有牵头单位，也没有责任单位。"
            yield Finding(Check.NO_UNIT, Severity.BLOCK, sentence, (task.id,), (), task.place)
        elif owing[0].share is not Share.LEAD:
            first = owing[0]
            follows = (
                "，排在首位的又是集体名称，下达后没有单位牵头、不计完成时限"
                if cast.is_collective(first)
                else f"，下达后由排在首位的{cast.label(first)}牵头"
            )
            sentence = f"{task.label}没有写牵头单位{follows}。"
            yield Finding(
                Check.NO_LEAD, Severity.REMIND, sentence, (task.id,), (cast.label(first),), task.place
            )


def two_shares(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """A unit that stands in two places of one clause counts once, with the higher share."""
    for task in facts.tasks:
        held: dict[object, list[Named]] = {}
        for name in task.names:
            held.setdefault(cast.who(name), []).append(name)
        for names in held.values():
            shares = list(dict.fromkeys(SHARE_LABELS[name.share] for name in names if name.share))
            if len(shares) > 1:
                label = cast.label(names[0])
                sentence = f"{task.label}里{label}既是{'又是'.join(shares)}，下达时只按{shares[0]}计。"
                yield Finding(Check.TWO_SHARES, Severity.HINT, sentence, (task.id,), (label,), task.place)


def unnamed_actors(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Units that act in the words of a task and have no place in its clause."""
    for task in facts.tasks:
        for printed in task.acting:
            name = Named(printed)
            if not cast.is_among(name, task.names) and not cast.never_files(name):
                sentence = f"{task.label}的正文写明由“{printed}”承担工作，但责任分工里没有它。"
                yield Finding(Check.UNNAMED, Severity.REMIND, sentence, (task.id,), (printed,), task.place)


def unsure(facts: PlanFacts, _: Cast, __: Thresholds) -> Iterator[Finding]:
    """Doubts about who is meant that no reviewer has settled: the plan is not issued with them."""
    for task in facts.tasks:
        for doubt in task.unsure:
            sentence = f"{task.label}：{doubt}"
            yield Finding(Check.UNSURE, Severity.BLOCK, sentence, (task.id,), (), task.place, Mend.ACCEPT)


def open_lists(facts: PlanFacts, _: Cast, __: Thresholds) -> Iterator[Finding]:
    """Lists of units that end in 等, until a reviewer has filled them or found them right."""
    for task in facts.tasks:
        if task.open_list:
            sentence = f"{task.label}的单位以“等”结尾，没有列全。请写明还有哪些单位，或确认无误。"
            yield Finding(Check.OPEN_LIST, Severity.BLOCK, sentence, (task.id,), (), task.place)


def idle_members(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Members of the task force (专班) without a single task."""
    named = list({cast.who(name): name for task in facts.tasks for name in task.names}.values())
    for member in facts.force:
        if not cast.is_among(member, named) and not cast.is_collective(member):
            sentence = f"{cast.label(member)}是专班成员单位，但没有承担任何任务。"
            yield Finding(
                Check.IDLE_MEMBER,
                Severity.REMIND,
                sentence,
                units=(member.printed,),
                place=member.place,
                mend=Mend.DESK,
                unit_id=member.unit_id,
            )


def outside_force(facts: PlanFacts, cast: Cast, _: Thresholds) -> Iterator[Finding]:
    """Units that owe work and have no place in the task force; the body that set it up needs none."""
    if not facts.force:
        return
    for name, tasks in _by_name(facts, lambda _task, name: name in list(_task.owed_by())):
        if cast.never_files(name) or _VAGUE.search(name.printed) or cast.is_among(name, facts.force):
            continue
        label = cast.label(name)
        yield Finding(
            Check.OUTSIDE_FORCE,
            Severity.REMIND,
            f"{label}承担{_of(tasks)}，但不在专班成员单位里。",
            _ids(tasks),
            (label,),
            mend=Mend.FORCE,
            unit_id=name.unit_id,
        )


def overloaded(facts: PlanFacts, _: Cast, thresholds: Thresholds) -> Iterator[Finding]:
    """Units that carry too many tasks, or too large a share of a plan that is no trifle."""
    for load in loads(facts):
        count, total = len(load.owed), len(facts.tasks)
        share = count / total
        busy = count >= thresholds.busy_from and share > thresholds.overload_share
        if not (busy or count >= thresholds.overload_tasks) or load.name in _silent(facts):
            continue
        filed = f"、代为填报{load.filed}项" if load.filed else ""
        sentence = (
            f"{load.name}要承担{count}项任务，占全部{total}项的{share:.0%}"
            f"（牵头{load.lead}项、责任{load.responsible}项{filed}），请核对力量是否够。"
        )
        yield Finding(Check.OVERLOADED, Severity.REMIND, sentence, load.owed, (load.name,), mend=Mend.DESK)


def _silent(facts: PlanFacts) -> set[str]:
    """The labels of the bodies that never file: another unit carries their load."""
    cast = Cast(facts)
    return {cast.label(name) for task in facts.tasks for name in task.names if cast.never_files(name)}


def _by_name(
    facts: PlanFacts, wanted: Callable[[PlannedTask, Named], bool]
) -> Iterator[tuple[Named, list[PlannedTask]]]:
    """Each name that is wanted, once, with the tasks it stands in."""
    cast = Cast(facts)
    found: dict[object, tuple[Named, list[PlannedTask]]] = {}
    for task in facts.tasks:
        for name in task.names:
            if wanted(task, name):
                _, tasks = found.setdefault(cast.who(name), (name, []))
                if task not in tasks:
                    tasks.append(task)
    yield from found.values()


def _by_words(facts: PlanFacts, wanted: Callable[[Named], bool]) -> Iterator[tuple[str, list[PlannedTask]]]:
    """Each printed name that is wanted, with the tasks it stands in."""
    found: dict[str, list[PlannedTask]] = {}
    for task in facts.tasks:
        for printed in dict.fromkeys(name.printed for name in task.names if wanted(name)):
            found.setdefault(printed, []).append(task)
    yield from found.items()


def _holds(cast: Cast, task: PlannedTask, name: Named, share: Share) -> bool:
    who = cast.who(name)
    return any(cast.who(other) == who and other.share is share for other in task.names)


def _ids(tasks: list[PlannedTask]) -> tuple[int, ...]:
    return tuple(task.id for task in tasks)


def _of(tasks: list[PlannedTask]) -> str:
    """11项任务（第1、2项）, or the one task by its title."""
    if len(tasks) == 1:
        return tasks[0].label
    numbers = [task.number for task in tasks if task.number]
    return f"{len(tasks)}项任务" + (f"（第{'、'.join(numbers)}项）" if len(numbers) == len(tasks) else "")

"""Which type a task seems to be (任务类型, T1–T8 of reference a.2), with the printed words the proposal rests on.

`PRECEDENCE` is read from the top: the first sign found in the task decides. A date alone makes a task a dated one; a
figure to reach says more than the date it stands with; a thing to build, or a problem to mend, says more than either.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from workflows.commitments import TASK_KIND_LABELS, Comparison, TaskKind
from workflows.document.model import Indicator, ParsedTask, Recurrence, TypeGuess
from workflows.document.script import fold

Sign = Callable[[ParsedTask, str], str | None]
"""The words of the task, or of its folded text, that speak for a type; None where there are none."""

_MENDS = re.compile(
    r"(?:反馈|发现|指出|交办|移交)的?[^。,;\n]{0,12}问题[^。;\n]{0,16}(?:整改|销号)|问题[^。,;\n]{0,8}(?:整改到位|销号)|整改(?:落实|销号|台账|任务|清单|方案)"
    r"|(?:立行立改|即知即改|边查边改|立查立改|挂牌督办)|(?:全面|限期|认真|抓好)完?成?整改(?!的)"
)
_BUILT = re.compile("新建|改扩建|新改扩建|改建|扩建|迁建|续建")
_BUILDS = re.compile(
    r"(?:确保|力争|完成|实现|推动|争取)[^。,;\n]{0,20}(?:(?<!正常)(?<!复产)开工|竣工|主体完工|投入使用|建成投用|交付使用)|\d(?:月|月份|月底)?前?(?:开工|竣工|建成投用|投入使用)"
)
_BUILDING_TITLE = re.compile("(?:工程|项目|校舍|校园|园区|公路|道路|管网|场馆|厂房|基地|设施)(?:建设|改造)$")
_SET_UP = re.compile("建立|制定|制订|出台|印发|编制|拟定|起草|修订|制修订|构建|搭建|建设|建成|打造|梳理形成")
_ADVOCATES = re.compile(
    r"\s{0,4}(?:积极|大力|适当|着力|继续)?(?:鼓励|支持|引导|倡导|提倡|探索|研究探索|营造|宣传)"
)
_ROUNDS = re.compile(
    "每学期|每半年|每[两二三四五]年|每周|每半月|每[两二]个?月|每学年|定期(?!定额|存款)|(?:月|季)(?:调度|通报|报告|考核)"
)
_GOES_ON = re.compile(
    "逐步|常态化|长期坚持|长效|持续(?=推进|开展|加强|加大|深化|优化|提升|做好|完善|扩大|更新|提高)|不断(?=提升|提高|完善|加强|优化|扩大)"
)
_SENTENCE = re.compile(r"[^。;!?\n]{2,}")
_STAGE = re.compile("完成[^,。;]{0,10}%")
_LONGEST_QUOTE = 40
_ONE_OF = frozenset("所名家座处个")


def _mending(task: ParsedTask, folded: str) -> str | None:
    return _printed(task, _MENDS.search(folded))


def _building(task: ParsedTask, folded: str) -> str | None:
    """Buildings counted (新建幼儿园5所), works to be opened or finished, or a title that names them."""
    counted = next(
        (indicator.text for indicator in task.indicators if _BUILT.search(fold(indicator.text))), None
    )
    titled = (
        task.title if _BUILDING_TITLE.search(fold(task.title)) and len(task.title) <= _LONGEST_QUOTE else None
    )
    return counted or _printed(task, _BUILDS.search(folded)) or titled


def _figure(task: ParsedTask, _folded: str) -> str | None:
    """The first figure that is more than one single thing to be done, and no stage of the work itself."""
    figures = (indicator for indicator in task.indicators if not _is_single(indicator))
    found = next((figure for figure in figures if not _STAGE.search(fold(figure.text))), None)
    return found.text if found else None


def _is_single(indicator: Indicator) -> bool:
    """确定一所幼儿园: a thing to be done once, not a figure to follow."""
    return indicator.target == "1" and indicator.unit in _ONE_OF and indicator.comparison is Comparison.REACH


def _deadline(task: ParsedTask, _folded: str) -> str | None:
    if task.deadline_on is None and not re.search(r"[内前底末]$|\d", task.deadline_text or ""):
        return None
    return None if (task.deadline_text or "").startswith("每") else task.deadline_text


def _single_thing(task: ParsedTask, _folded: str) -> str | None:
    found = next((indicator for indicator in task.indicators if _is_single(indicator)), None)
    return found.text if found else None


def _lasting(task: ParsedTask, _folded: str) -> str | None:
    return task.recurrence_text if task.recurrence is Recurrence.CONTINUOUS else None


def _period(task: ParsedTask, _folded: str) -> str | None:
    return task.recurrence_text or _deadline_each(task.deadline_text)


def _deadline_each(words: str | None) -> str | None:
    return words if words and words.startswith("每") else None


def _institution(task: ParsedTask, _folded: str) -> str | None:
    found = next((thing for thing in task.deliverables if _SET_UP.search(thing.verb)), None)
    return found.verb + found.what if found else None


def _advocacy(task: ParsedTask, folded: str) -> str | None:
    """鼓励, 支持, 探索 opening the title or at least half of the sentences."""
    opened = [_ADVOCATES.match(found.group()) for found in _SENTENCE.finditer(folded)]
    title = _ADVOCATES.match(fold(task.title))
    voices = [found for found in opened if found]
    if title or (voices and 2 * len(voices) >= len(opened)):
        return (title or voices[0]).group().strip()
    return None


def _round(task: ParsedTask, folded: str) -> str | None:
    return _printed(task, _ROUNDS.search(folded))


def _ongoing(task: ParsedTask, folded: str) -> str | None:
    return task.start_text or _printed(task, _GOES_ON.search(folded))


PRECEDENCE: tuple[tuple[TaskKind, Sign, str], ...] = (
    (TaskKind.RECTIFICATION, _mending, "写明“{words}”"),
    (TaskKind.PROJECT, _building, "写明“{words}”"),
    (TaskKind.INDICATOR, _figure, "有须达到的数字“{words}”"),
    (TaskKind.DATED, _deadline, "写明“{words}”完成"),
    (TaskKind.CONTINUING, _lasting, "时限写明“{words}”"),
    (TaskKind.RECURRING, _period, "写明“{words}”"),
    (TaskKind.DATED, _single_thing, "要求“{words}”，办成即完成"),
    (TaskKind.INSTITUTION, _institution, "要求“{words}”"),
    (TaskKind.ADVOCACY, _advocacy, "以“{words}”为主"),
    (TaskKind.RECURRING, _round, "写明“{words}”"),
    (TaskKind.CONTINUING, _ongoing, "写明“{words}”，没有写完成时间和须达到的数字"),
)
"""The signs in the order in which they decide, each with the beginning of its reason."""


def propose_type(task: ParsedTask, folded: str) -> TypeGuess:
    """The type the first sign of PRECEDENCE speaks for, continuing where none does; the reason is a Chinese sentence.

    `folded` is the task's text, folded.
    """
    for kind, sign, reason in PRECEDENCE:
        words = sign(task, folded)
        if words:
            return TypeGuess(kind, f"{reason.format(words=_quoted(words))}，按{TASK_KIND_LABELS[kind]}型。")
    return TypeGuess(TaskKind.CONTINUING, "没有写明完成时间和须达到的数字，按持续推进型。")


def _printed(task: ParsedTask, found: re.Match[str] | None) -> str | None:
    """The words as printed: folding keeps every position."""
    return "".join(task.text[slice(*found.span())].split("\n")).strip() if found else None


def _quoted(words: str) -> str:
    """Words short enough to read, and their own quotation marks one level down."""
    short = words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE] + "……"
    return short.replace("“", "‘").replace("”", "’")

"""The figures a task has to reach (指标): what is measured, how it compares, the target, its unit and its date.

A figure is a target when a verb of level stands before it (达到, 不低于, 控制在, 提高到), a verb of change (下降, 增长), or a verb
that brings things forth (评选示范园2所, 新增学位3000个). Rates of pay, terms, conditions, quoted slogans and what was already
done are none. A figure lost in print keeps its place with no value: it is never zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.commitments import Comparison
from workflows.document.model import Indicator, Span
from workflows.document.promises import targets
from workflows.document.promises.figures import Figure, figures
from workflows.document.promises.measured import (
    completed,
    is_share_name,
    name_after,
    name_before,
    part_start,
    shared_names,
)
from workflows.document.promises.sentence import QUOTED, Sentence
from workflows.document.times.deadlines import Calendar

Place = tuple[int, int]

_SENTENCE = re.compile(r"[^。;!?\n]+")
_SHARE_OF = re.compile(
    r"(?:以上|以下)?的(?P<who>[^,。;:、\d]{2,20}?)(?=纳入|实现|达到|完成|建成|接入|开展|参加|取得|配备|安装|通过|使用|建立|创建|得到|参与|参加|享受)"
)
_ALL_DO = re.compile(
    "(?:通|达标|覆盖|持证|建档|纳入|合格|接入|整改|落实|入学|入园|参保|公开|办结)[\u4e00-\u9fff]{0,4}"
)
_OF = re.compile(r"\s?(?:\([^()\n]{0,40}\))?的(?!目标|政策|要求|任务)")
_HAN = re.compile("(?!的)[\u4e00-\u9fff]")
_MEASURES_TIME = re.compile("控制|压|缩|减|降|不得?少于|至少|达到?")
_BRINGS = re.compile("完成|实现|覆盖|增加|减少|至少|最少|不少于")
_FOR = re.compile("为|对|面向|使|形成")
_CLOSES = re.compile(r"\s?(?:[,。;、()\n和及与]|$)")
_COUNTED_NOUN = re.compile("(?:就业|改造|培训|建设|投资|产量|产值|收入|支出|总额|销售额)$")
_BESIDES = re.compile(r"\((?:含|其中|累计|共)[^()]{0,20}$")
_ENDS_IN_LIST = re.compile("(?:、|和|及|以及)$")
_AT_LEAST = re.compile("至少|不少于")
_RHYTHMS = frozenset({"次", "场次", "场", "期", "批次"})
_GENERAL = frozenset({"实施", "开展", "组织", "推进"})
_PEOPLE_AND_LAND = ("人", "人次", "户", "亩", "公里")
_CHANGES = frozenset({Comparison.RISE_BY, Comparison.FALL_BY})


@dataclass(frozen=True, slots=True)
class _Hit:
    """A figure taken for a target: its name's place, the whole claim's place, and how it compares.

    `word` is what made it one; `made` says whether it counts things; `listed` whether it goes on from the one before.
    """

    name: Place
    whole: Place
    comparison: Comparison
    word: str
    made: bool = False
    listed: bool = False


def read_indicators(text: str, folded: str, place: Place, calendar: Calendar) -> tuple[Indicator, ...]:
    """The indicators of the demand at `place`, in printed order; none stands inside another."""
    quoted = [found.span() for found in QUOTED.finditer(folded, *place)]
    found: list[Indicator] = []
    for sentence in _SENTENCE.finditer(folded, *place):
        found.extend(_Reader(text, folded, sentence.span(), calendar, quoted).indicators())
    return tuple(found)


class _Reader(Sentence):
    """Reads the targets of one sentence."""

    def indicators(self) -> list[Indicator]:
        """The targets of this sentence; where two claims overlap, the one of a figure stands."""
        found = [*self._counted(), *self._in_words()]
        found.sort(key=lambda indicator: indicator.span)
        kept: list[Indicator] = []
        for indicator in found:
            if not kept or kept[-1].span.end <= indicator.span.start:
                kept.append(indicator)
            elif kept[-1].target is None and indicator.target is not None:
                kept[-1] = indicator
        return kept

    # ---- figures

    def _counted(self) -> Iterator[Indicator]:
        floor, last = self.place[0], None
        taken: list[tuple[Figure, _Hit]] = []
        for figure in figures(self.folded, *self.place):
            if self.is_quoted(figure.start) or self._tells_size(figure):
                continue
            hit = self._hit(figure, floor, last)
            if hit and not self.is_told(figure.start) and not self.is_past(figure.start):
                taken.append((figure, hit))
                floor, last = figure.end, hit
            elif not self.folded[floor : figure.start].endswith(("由", "从", "原")):
                last = last if _BESIDES.search(self.folded, floor, figure.start) else None
                floor = figure.end
        yield from self._named(taken)

    def _named(self, taken: Sequence[tuple[Figure, _Hit]]) -> Iterator[Indicator]:
        """The indicators of the hits; 分别 gives each figure of a list a name of its own."""
        index, measured = 0, ""
        while index < len(taken):
            first = taken[index][1]
            count = 1
            while index + count < len(taken) and _shares_name(taken[index + count][1], first):
                count += 1
            names = shared_names(self.words(first.name), count)
            if count == 1 and taken[index][0].is_share and first.whole[1] <= taken[index][0].end:
                names = [completed(names[0], measured, first.comparison)]
                measured = names[0].partition("（")[0]
            for (figure, hit), name in zip(taken[index : index + count], names, strict=True):
                yield self._indicator(name, hit, figure)
            index += count

    def _hit(self, figure: Figure, floor: int, last: _Hit | None) -> _Hit | None:
        start = part_start(self.folded, figure.start, max(floor, self.place[0]))
        before = self.folded[start : figure.start]
        part = self.folded[part_start(self.folded, figure.start, self.place[0]) : figure.start]
        if targets.CONDITION.match(part.lstrip()) or targets.SIZED.search(before) or _is_policy(part, figure):
            return None
        if last and targets.LIST.fullmatch(self.folded[floor : figure.start]):
            return self._continued(figure, last)
        if last and last.made and not figure.is_share and _ENDS_IN_LIST.search(before):
            return self._continued(figure, last)
        return (
            self._of_level(figure, start, before, last)
            or self._bare_share(figure, start, before)
            or self._of_making(figure, start, before, last)
            or self._bare_count(figure, start, last)
        )

    def _of_level(self, figure: Figure, start: int, before: str, last: _Hit | None) -> _Hit | None:
        """达到, 不低于, 控制在, 提高到, 增长 right before the figure, or before the whole it is a share of."""
        whole = targets.OF_WHOLE.search(before) if figure.is_share else None
        level = whole or targets.LEVEL.search(before)
        if level is None:
            return None
        comparison = Comparison.REACH if whole else targets.comparison_of(level)
        if comparison not in _CHANGES:
            comparison = targets.bounded(comparison, level.group(), figure.bound)
        word, at = level.group(), start + level.start()
        if not self._may_be_level(figure, word, before[: level.start()]):
            return None
        name = name_before(self.folded, start, at)
        if word.startswith("完成"):  # 完成60%; 完成总工程量的50%
            whole_at = (start + whole.start("whole"), start + whole.end("whole") - 1) if whole else None
            name = whole_at or name or (at, at + 2)
        name = name or self._earlier_name(start, last)
        if name is None:
            return None
        if word.startswith("覆盖") and name[1] == at:
            name = (name[0], at + 2)
        return _Hit(name, (name[0] if start <= name[0] else at, figure.end), comparison, word)

    def _may_be_level(self, figure: Figure, word: str, left: str) -> bool:
        if _OF.match(self.folded, figure.end) and not word.startswith("覆盖"):
            return False
        if not figure.is_share and (_BRINGS.match(word) or _ends_making(left)):
            return False
        return not figure.is_time or bool(_MEASURES_TIME.match(word))

    def _bare_share(self, figure: Figure, start: int, before: str) -> _Hit | None:
        """持证上岗率100%; 90%的市场主体纳入平台; 行政村100%通公交; 提高占比至95%."""
        if not figure.is_share or figure.value is None:
            return None
        comparison = targets.bounded(Comparison.REACH, "", figure.bound)
        name = name_before(self.folded, start, figure.start - before.endswith(("至", "到")))
        limit = min(self.place[1], figure.end + 40)
        share = _SHARE_OF.match(self.folded, figure.end, limit)
        all_do = _ALL_DO.match(self.folded, figure.end, limit) if figure.value == "100" else None
        if all_do and name:
            return _Hit(name, (name[0], all_do.end()), comparison, "")
        if share and (name is None or name[1] - name[0] <= 4):
            return _Hit(share.span("who"), (figure.start, share.end()), comparison, "")
        if name is None or not is_share_name(self.folded[slice(*name)]):
            return None
        return self._changed(figure, name, before, comparison)

    def _changed(self, figure: Figure, name: Place, before: str, comparison: Comparison) -> _Hit | None:
        """A share with its change said before the noun: 降低费率0.5个百分点, 提高占比至95%; else 上岗率100%."""
        reaches = before.endswith(("至", "到"))
        changed = targets.CHANGED.search(before)
        start = figure.start - len(before)
        if changed is None or start + changed.end() >= name[1]:
            bare = figure.unit == "%" or reaches
            return _Hit(name, (name[0], figure.end), comparison, "") if bare else None
        name = (max(name[0], start + changed.end()), name[1])
        falls = bool(changed.group("down"))
        if reaches:
            return _Hit(name, (name[0], figure.end), Comparison.AT_MOST if falls else comparison, "")
        comparison = Comparison.FALL_BY if falls else Comparison.RISE_BY
        return _Hit(name, (start + changed.start(), figure.end), comparison, changed.group())

    def _of_making(self, figure: Figure, start: int, before: str, last: _Hit | None) -> _Hit | None:
        """A count of things brought forth: 建成幼儿园3所, 引进20名教师; 1000名干部 in a list of such."""
        at_least = bool(_AT_LEAST.search(before))
        if figure.is_share or (figure.is_time and not at_least):
            return None
        verb = targets.MORE.search(before) or targets.MAKES.search(before) or targets.TAKES.search(before)
        if verb is None:
            follows = last and last.made and start == figure.start and self.folded[start - 1] in ",、和及"
            return self._continued(figure, last) if follows and last else None
        if self._is_vague(figure, verb.group(), before[verb.end() :], at_least=at_least):
            return None
        comparison = targets.bounded(Comparison.REACH, before, figure.bound)
        if targets.LESS.match(verb.group()):
            comparison = Comparison.FALL_BY
        return self._made(figure, (start + verb.start(), start + verb.end()), comparison)

    def _is_vague(self, figure: Figure, verb: str, between: str, *, at_least: bool) -> bool:
        """一次 is a rhythm, and Chinese numerals far from their verb are mostly set phrases."""
        if figure.unit in _RHYTHMS and figure.value == "1" and not at_least:
            return True
        if _OF.match(self.folded, figure.end) and "不少于" not in between:
            return True
        if not figure.is_han or (figure.value == "1" and verb in _GENERAL):
            return figure.is_han
        return len(between) > 12 or (len(between) > 3 and not _CLOSES.match(self.folded, figure.end))

    def _made(self, figure: Figure, verb: Place, comparison: Comparison) -> _Hit | None:
        word = self.folded[slice(*verb)]
        between = name_before(self.folded, verb[1], figure.start, made=True)
        if between:
            first = self._more_from(verb) if targets.MORE.match(word) else between[0]
            whole = (min(first, verb[0]), figure.end)
            return _Hit((first, between[1]), whole, comparison, word, made=True)
        after = name_after(self.folded, figure, self.place[1])
        if after:
            return _Hit(after, (verb[0], after[1]), comparison, word, made=True)
        if figure.is_money:
            return _Hit(verb, (verb[0], figure.end), comparison, word, made=True)
        second = name_before(self.folded, verb[1], figure.start)
        if second:  # 完成改造20所
            return _Hit(second, (verb[0], figure.end), comparison, word, made=True)
        if _FOR.match(word) or not figure.unit.endswith(_PEOPLE_AND_LAND):
            return None
        name = name_before(self.folded, part_start(self.folded, verb[0], self.place[0]), verb[1])
        return _Hit(name or verb, (verb[0], figure.end), comparison, word, made=True)

    def _more_from(self, verb: Place) -> int:
        """Where a name with 新增 begins: 城镇新增就业 keeps the short noun before it."""
        before = name_before(self.folded, part_start(self.folded, verb[0], self.place[0]), verb[0])
        return before[0] if before and before[1] - before[0] <= 6 else verb[0]

    def _bare_count(self, figure: Figure, start: int, last: _Hit | None) -> _Hit | None:
        """初中1所 in a list of things made, 产量20万吨以上: a noun and its count alone."""
        if figure.is_share or figure.is_time or (figure.is_lost and not last):
            return None
        name = name_before(self.folded, start, figure.start, made=True)
        if name is None or not _CLOSES.match(self.folded, figure.end) or _OF.match(self.folded, figure.end):
            return None
        if self.folded[name[1] - 1] == "为" or self.folded[name[0]] == "含":
            return None
        if not (last or figure.bound or _COUNTED_NOUN.search(self.folded[slice(*name)])):
            return None
        before = self.folded[start : figure.start]
        comparison = targets.bounded(Comparison.REACH, before, figure.bound)
        return _Hit(name, (name[0], figure.end), comparison, last.word if last else "", made=True)

    def _continued(self, figure: Figure, last: _Hit) -> _Hit | None:
        """A further figure of a list: 分别达到60%、40%; 100名园长、200名教师."""
        comparison = targets.bounded(Comparison.REACH, last.word, figure.bound)
        if last.made and figure.is_time:
            return None
        if last.made:
            after = name_after(self.folded, figure, self.place[1])
            return _Hit(after, (figure.start, after[1]), comparison, last.word, made=True) if after else None
        kept = last.comparison if last.comparison in _CHANGES else comparison
        return replace(last, whole=(figure.start, figure.end), comparison=kept, listed=True)

    def _earlier_name(self, start: int, last: _Hit | None) -> Place | None:
        """What the part before is about: 提高公办园占比,达到60%; 零售总额达到9亿元,增长6%."""
        if start <= self.place[0]:
            return None
        if last and start - last.whole[1] <= 1:
            return last.name
        return name_before(self.folded, part_start(self.folded, start - 1, self.place[0]), start - 1)

    def _tells_size(self, figure: Figure) -> bool:
        """10亿元以上项目: how large each is, not how much is to be reached."""
        return bool(figure.bound and figure.is_money and _HAN.match(self.folded, figure.end))

    # ---- targets without a figure

    def _in_words(self) -> Iterator[Indicator]:
        """全覆盖, 只增不减, 翻一番: targets that need no figure."""
        for found in targets.ALL.finditer(self.folded, *self.place):
            yield from self._in_effect(found, Comparison.REACH, "100", "%")
        for found in targets.DOUBLED.finditer(self.folded, *self.place):
            yield from self._in_effect(found, Comparison.RISE_BY, targets.RISES[found.group()], "%")
        for found in targets.STEADY.finditer(self.folded, *self.place):
            rises = found.group("rise")
            yield from self._in_effect(found, Comparison.NOT_FALL if rises else Comparison.NOT_RISE, None, "")

    def _in_effect(
        self, found: re.Match[str], comparison: Comparison, target: str | None, unit: str
    ) -> Iterator[Indicator]:
        part = part_start(self.folded, found.start(), self.place[0])
        steady = comparison in {Comparison.NOT_FALL, Comparison.NOT_RISE}
        policy = steady and targets.POLICY.search(self.folded[part : found.start()])
        if policy or self.is_told(found.end()) or self.is_quoted(found.end() - 1):
            return
        groups = found.groupdict()
        name = found.span("who") if groups.get("who") else name_before(self.folded, part, found.start())
        if name is None:
            return
        whole = (min(name[0], found.start()), found.end())
        if groups.get("wide"):
            name = (name[0], found.end("wide"))
        by = self.date_before(found.end())
        yield Indicator(self.words(name), comparison, target, unit, by, self.words(whole), Span(*whole))

    # ---- values

    def _indicator(self, name: str, hit: _Hit, figure: Figure) -> Indicator:
        comparison, target = hit.comparison, figure.value
        if figure.ceiling:
            comparison, target = _of_range(comparison, figure)
        by = self.date_before(figure.start)
        return Indicator(name, comparison, target, figure.unit, by, self.words(hit.whole), Span(*hit.whole))


def _is_policy(before: str, figure: Figure) -> bool:
    """Whether the words before speak of pay, terms or conditions; a standard of so much money is a target all the same."""
    if not targets.POLICY.search(before):
        return False
    level = targets.LEVEL.search(before) if figure.is_money and targets.STANDARD.search(before) else None
    return level is None or targets.comparison_of(level) in _CHANGES


def _shares_name(hit: _Hit, first: _Hit) -> bool:
    return hit.listed and hit.name == first.name


def _ends_making(before: str) -> bool:
    return any(found.end() == len(before) for found in targets.MAKES.finditer(before))


def _of_range(comparison: Comparison, figure: Figure) -> tuple[Comparison, str | None]:
    """A range is reached at its lower end, or kept below its upper end."""
    if comparison is Comparison.AT_MOST:
        return comparison, figure.ceiling
    return (Comparison.AT_LEAST if comparison is Comparison.REACH else comparison), figure.value

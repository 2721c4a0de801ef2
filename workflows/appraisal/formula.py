"""Formulas (计分公式): numbers, facts by their Chinese names, + - * / %, parentheses, 最大 最小 平均. Never `eval`.

A formula gives the share of full marks, as an exact fraction. What cannot be measured is None: it makes None of
whatever it enters, and only 平均, 最大, 最小 go on without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from workflows.appraisal.facts import FACT_LABELS, Fact, named
from workflows.errors import Refused

LONGEST = 200
DEEPEST = 20
_WIDE = str.maketrans("（）＋－×＊÷／，％．−—、", "()+-**//,%.--,")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,6}(?:\.\d{1,4})?)(?![\d.])|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/%(),]))"
)

Value = Fraction | None
Facts = Mapping[Fact, Value]
Node = Callable[[Facts], Value]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was understood: its words, and the facts it names in their order."""

    text: str
    facts: tuple[Fact, ...]
    node: Node

    def value(self, facts: Facts) -> Value:
        """The share of full marks, cut to 0–1; None where nothing could be measured. Facts left out are None."""
        found = self.node(facts)
        return None if found is None else min(max(found, Fraction(0)), Fraction(1))


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Understand a formula; raises Refused invalid with a sentence that says what to mend."""
    if len(text) > LONGEST:
        raise Refused("invalid", f"公式最多{LONGEST}个字符，请精简。")
    reader = _Reader(_tokens(text.translate(_WIDE)))
    node = reader.sum(0)
    if reader.left:
        raise Refused("invalid", f"公式“{text}”在“{reader.left}”这里读不懂，请检查括号和运算符。")
    if not reader.facts:
        raise Refused(
            "invalid", f"公式“{text}”没有用到任何事实。请至少写一项，例如 {FACT_LABELS[Fact.CLOSED]}。"
        )
    return Formula(text, tuple(dict.fromkeys(reader.facts)), node)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        matched = _TOKEN.match(text, at)
        if matched is None:
            raise Refused("invalid", f"公式里的“{text[at:].strip()[:10]}”读不懂。数最多六位整数、四位小数。")
        found.append(matched[0].strip())
        at = matched.end()
    return found


class _Reader:
    """Reads tokens from the left: a sum of products of parts."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0
        self.facts: list[Fact] = []

    @property
    def left(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.left
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        if self.left != sign:
            raise Refused("invalid", f"公式里缺“{sign}”，请检查括号和逗号。")
        self.at += 1

    def sum(self, depth: int) -> Node:
        node = self.product(depth)
        while self.left in {"+", "-"}:
            node = _joined(self.take(), node, self.product(depth))
        return node

    def product(self, depth: int) -> Node:
        node = self.part(depth)
        while self.left in {"*", "/"}:
            node = _joined(self.take(), node, self.part(depth))
        return node

    def part(self, depth: int) -> Node:
        """A number, a fact, a function or a bracket, with or without a sign before or % behind."""
        if depth > DEEPEST:
            raise Refused("invalid", "公式的括号套得太深，请写得简单些。")
        if self.left in {"-", "+"}:
            sign, node = self.take(), self.part(depth + 1)
            return _joined("-", _constant(Fraction(0)), node) if sign == "-" else node
        node = self.plain(depth)
        while self.left == "%":
            self.take()
            node = _joined("/", node, _constant(Fraction(100)))
        return node

    def plain(self, depth: int) -> Node:
        opens, token = self.left == "(", self.take()
        if opens:
            node = self.sum(depth + 1)
            self.expect(")")
            return node
        if token[:1].isdecimal():
            return _constant(Fraction(token))
        if token in FUNCTIONS:
            return _applied(FUNCTIONS[token], self.arguments(depth))
        if not token or not (token[0].isalpha() or token[0] == "_"):
            where = f"“{token}”前面" if token else "末尾"
            raise Refused("invalid", f"公式{where}缺一个数或一项事实，请补上。")
        fact = named(token)
        self.facts.append(fact)
        return lambda facts: facts.get(fact)

    def arguments(self, depth: int) -> tuple[Node, ...]:
        self.expect("(")
        found = [self.sum(depth + 1)]
        while self.left == ",":
            self.take()
            found.append(self.sum(depth + 1))
        self.expect(")")
        return tuple(found)


def _constant(number: Fraction) -> Node:
    return lambda _facts: number


def _joined(sign: str, left: Node, right: Node) -> Node:
    def value(facts: Facts) -> Value:
        one, other = left(facts), right(facts)
        if one is None or other is None or (sign == "/" and other == 0):
            return None  # what is divided by nothing cannot be measured
        return SIGNS[sign](one, other)

    return value


def _applied(function: Callable[[list[Fraction]], Fraction], parts: tuple[Node, ...]) -> Node:
    def value(facts: Facts) -> Value:
        measured = [found for part in parts if (found := part(facts)) is not None]
        return function(measured) if measured else None

    return value


SIGNS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
FUNCTIONS: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "最大": max,
    "最小": min,
    "平均": lambda values: sum(values, Fraction(0)) / len(values),
}

"""Reading and parsing of documents of 10, 100 and 1,000 pages: is the cost of a page the same in all of them?

A page is what an official document holds: 22 lines of 28 characters. `read` is the whole way from bytes to text as an
upload goes it, the child process included; `parse` from text to plan. `…_per_page_growth` is the cost of a page over
that in the next shorter document: 1.0 is linear. `read_here_seconds` is the work without the start of the
child; it and `parse_seconds` are processor time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict
from time import process_time

from flask import Flask

from app import intake
from bench.measure import Figures, peak_mib, rss_mib, seconds
from bench.papers import MAKERS, paragraphs
from config import Config
from workflows import document

PAGES = {
    "txt": (10, 100, 1000),
    "docx": (10, 100, 1000),
    "html": (10, 100, 1000),
    "xlsx": (10, 100, 1000),
    "pdf": (10, 100, 300),
}
ROUNDS = 3


def run() -> Iterator[Figures]:
    """Every kind in every length, in turn."""
    app = Flask("bench")
    app.config.from_mapping(asdict(Config()))
    with app.app_context():
        for kind, lengths in PAGES.items():
            before: dict[str, float] = {}
            for pages in lengths:
                figures, costs = _measured(kind, pages)
                growth = {
                    f"{step}_per_page_growth": round(cost / before[step], 2)
                    for step, cost in costs.items()
                    if step in before
                }
                before = costs
                yield figures | growth | {"rss_mib": round(rss_mib(), 1)}


def _measured(kind: str, pages: int) -> tuple[Figures, dict[str, float]]:
    """The figures of one document, and the seconds a page costs to read and to parse."""
    content = MAKERS[kind](paragraphs(pages))
    name = f"计划.{kind}"
    text = intake.read(name, content)
    apart = seconds(lambda: intake.read(name, content), rounds=ROUNDS)
    reading = seconds(lambda: intake.text_of(name, content), rounds=ROUNDS, clock=process_time)
    parsing = seconds(lambda: document.parse(text), rounds=ROUNDS, clock=process_time)
    packing = seconds(lambda: zlib.compress(text.encode()), rounds=ROUNDS, clock=process_time)
    tasks = len(document.parse(text).tasks)
    figures: Figures = {
        "bench": "intake",
        "case": f"{pages} pages .{kind}",
        "characters": len(text),
        "tasks": tasks,
        "read_seconds": round(apart, 3),
        "read_here_seconds": round(reading, 3),
        "parse_seconds": round(parsing, 3),
        "pages_per_second": round(pages / (apart + parsing), 1),
        "tasks_per_second": round(tasks / (apart + parsing), 1),
        "beside": "zlib of the text",
        "beside_seconds": round(packing, 5),
        "ratio": round((reading + parsing) / packing, 1),
        "rounds": ROUNDS,
        "peak_mib": round(peak_mib(lambda: document.parse(intake.text_of(name, content))), 2),
    }
    return figures, {"read": reading / pages, "parse": parsing / pages}

"""`python -m bench [SECTION...]`: measure documents, pages, the engine and results, or only the sections named; print."""

from __future__ import annotations

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping

from bench import engine, intake, pages, results
from bench.measure import Figures

SECTIONS: Mapping[str, Callable[[], Iterator[Figures]]] = {
    "intake": intake.run,
    "pages": pages.run,
    "engine": engine.run,
    "results": results.run,
}


def main() -> None:
    """Print one JSON object a line; what could not be measured is said on standard error."""
    options = ArgumentParser(prog="python -m bench", description="Measure; one JSON object a line.")
    options.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    chosen = options.parse_args().sections or list(SECTIONS)
    if unknown := [name for name in chosen if name not in SECTIONS]:
        sys.exit(f"there is no section {unknown[0]}; choose from {', '.join(SECTIONS)}")
    logging.disable(logging.INFO)  # the lines of 30 requests would drown the figures
    for name in chosen:
        for figures in SECTIONS[name]():
            print(json.dumps(figures, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()

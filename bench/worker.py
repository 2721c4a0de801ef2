"""An engine process to be measured: `python -m bench.worker URL` takes one tick for every line it reads.

It answers each with one line of JSON: the counts of the tick and the MiB the process has been at most.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict

from app.engine.tick import tick
from bench.measure import rss_mib
from bench.place import open_app
from tests.infra import crowd

Worker = subprocess.Popen[str]


@contextmanager
def workers(url: str, count: int) -> Iterator[Sequence[Worker]]:
    """So many engine processes on that database, warm and waiting."""
    command = [sys.executable, "-m", "bench.worker", url]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        found = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
            for _ in range(count)
        ]
        tick_all(found)
        yield found
        for worker in found:
            assert worker.stdin
            worker.stdin.close()


def tick_all(workers: Sequence[Worker]) -> list[dict[str, float]]:
    """Let all of them take a tick at once; returns their answers when the last has finished."""
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [json.loads(worker.stdout.readline()) for worker in workers if worker.stdout]


def main(url: str) -> None:
    """Tick at every line on standard input."""
    logging.disable(logging.INFO)
    app = open_app(url)
    for _ in sys.stdin:
        with app.app_context():
            turn = tick(crowd.NOW)
        print(json.dumps(asdict(turn) | {"rss_mib": rss_mib()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

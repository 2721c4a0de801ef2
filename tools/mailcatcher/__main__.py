"""`python -m tools.mailcatcher`: run the catcher until SIGTERM or Ctrl-C."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path

from tools.mailcatcher import MailCatcher


def main() -> None:
    """Serve until told to stop; exits with a sentence when a port is taken."""
    options = ArgumentParser(prog="python -m tools.mailcatcher", description="Catch letters and show them.")
    options.add_argument("--folder", type=Path, required=True, help="where the letters are kept")
    options.add_argument("--smtp-port", type=int, required=True)
    options.add_argument("--web-port", type=int, required=True)
    chosen = options.parse_args()
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before any thread starts, so that none takes the signal
    try:
        with MailCatcher(chosen.folder, smtp_port=chosen.smtp_port, web_port=chosen.web_port) as catcher:
            print(f"{catcher.smtp_url} → {catcher.web_url}", flush=True)
            signal.sigwait(stop)
    except OSError as failure:
        sys.exit(f"收信器无法启动：{failure}")


if __name__ == "__main__":
    main()

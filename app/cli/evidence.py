"""`flask evidence …`: are the files that prove what was said all there, and whole? (佐证)"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app import storage
from app.queries import evidence

group = AppGroup("evidence", help="Evidence files: check.")


@group.command()
def check() -> None:
    """Hold the files in LUOSHI_EVIDENCE_DIR against the rows; exit 1 when one is missing or spoilt.

    A file that no row speaks of was uploaded when the machine or the database went down, and may be removed.
    """
    known = list(evidence.recorded())
    ill = 0
    for digest in known:
        if storage.path_of(digest) is None:
            ill += 1
            click.echo(f"MISSING {digest}: restore it from the backup of LUOSHI_EVIDENCE_DIR")
        elif not storage.is_whole(digest):
            ill += 1
            click.echo(f"SPOILT  {digest}: its bytes were changed; restore it from the backup")
    for orphan in sorted(set(storage.kept()) - set(known)):
        click.echo(f"orphan  {orphan}: no row speaks of it; it may be removed")
    for left in storage.half_written():
        click.echo(f"orphan  {left.name}: half written; it may be removed")
    click.echo(f"{len(known)} files on record, {ill} missing or spoilt")
    raise SystemExit(1 if ill else 0)

"""Documents in: the bytes of a file → the text the parser reads. Well-kept libraries read the formats.

`kinds` tells what a file really is; `word` (with `numbering`), `pdf` (with `layout`), `webpage`, `sheets` and `text` each
read one kind, `readers` chooses among them; `package` opens Office files within bounds, `grid` writes tables as lines,
`drawn` those drawn with characters; `syllables` and `pagecounts` take out what sites and sharing left in a text.
`guard` has a child process (`child`) do the reading, which ends when it takes too long or too much.
"""

from __future__ import annotations

from app.intake.guard import read, read_rows
from app.intake.readers import TEXT_LIMIT, Sheets, rows_of, text_of

__all__ = ["TEXT_LIMIT", "Sheets", "read", "read_rows", "rows_of", "text_of"]

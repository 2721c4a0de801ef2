"""A local stand-in for the county's mail server: takes every letter, sends none on, and shows them on a page.

For the demo (`python -m tools.mailcatcher`), and for tests, which may tell it to refuse, defer or hang up.
"""

from tools.mailcatcher.letters import Letter, Mailbox
from tools.mailcatcher.smtp import MailCatcher, Mode

__all__ = ["Letter", "MailCatcher", "Mailbox", "Mode"]

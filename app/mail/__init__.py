"""Letters: worded from facts by templates (`words`), put into the hands of a carrier (`post`), carried by SMTP (`smtp`).

Other carriers than mail are in `app.channels`; they keep the same contract.
"""

from app.mail.post import Carry, Deferral, Delay, Envelope, Post, Refusal
from app.mail.smtp import SmtpPost, as_message
from app.mail.words import Item, Words, brief, compose, trial

__all__ = [
    "Carry",
    "Deferral",
    "Delay",
    "Envelope",
    "Item",
    "Post",
    "Refusal",
    "SmtpPost",
    "Words",
    "as_message",
    "brief",
    "compose",
    "trial",
]

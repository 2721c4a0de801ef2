"""The one refusal every rule raises."""


class Refused(Exception):
    """A rule said no. `code` is stable for machines; `str(error)` is a Chinese sentence that says what to do.

    Codes: missing, forbidden, stale, illegal-step, invalid, unbound, unreadable, too-large, locked, wrong-password.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

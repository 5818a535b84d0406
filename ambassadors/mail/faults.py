"""Why a mail did not leave, in the server's words or ours; never with a password in them."""


class TransientFault(Exception):
    """Not now; sending again later may work.

    `unreachable`: the server is away, or does not let us in, so other mails need not be tried.
    """

    def __init__(self, words: str, *, unreachable: bool = True) -> None:
        super().__init__(words)
        self.words = words
        self.unreachable = unreachable


class PermanentFault(Exception):
    """Never like this: the server refuses this recipient or this mail."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

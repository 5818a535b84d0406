"""Why a mail did not leave, in the server's words or ours; never with a password in them."""


class TransientFault(Exception):
    """Not now: the server is away, busy or misconfigured. Sending again later may work.

    `unreachable` when no other mail would get through now either.
    """

    def __init__(self, words: str, *, unreachable: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.unreachable = unreachable


class PermanentFault(Exception):
    """Never like this: the server refuses this recipient or this mail."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

"""What is left of each ambassador in a plan, and what their last hour is worth."""

from dataclasses import dataclass

from ambassadors.core.wording import count_text


@dataclass(frozen=True)
class Outlook:
    """An ambassador in a plan: the chats they can take, those given, what one more would bring.

    `helped` counts the prospects who would rather have them than what they got; `price` is the
    points that one more hour would bring to all together.
    """

    ambassador_id: int
    name: str
    capacity: int
    given: int
    helped: int
    price: int

    @property
    def left(self) -> int:
        """How many chats they could still take; never below none."""
        return max(0, self.capacity - self.given)

    @property
    def text(self) -> str:
        """The price of their last hour, in words."""
        if self.left:
            return f"{count_text(self.left, 'hour')} left."
        if self.helped:
            return f"One more hour of {self.name} would help {count_text(self.helped, 'prospect')}."
        if self.price:
            return f"One more hour of {self.name} would let others change places."
        return f"One more hour of {self.name} would help nobody further."

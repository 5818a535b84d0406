"""What is left of each ambassador in a plan, and what their last hour is worth."""

from dataclasses import dataclass

from ambassadors.core.said import said, said_n


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
            return said_n("{count} hour left.", "{count} hours left.", self.left)
        if self.helped:
            return said_n(
                "One more hour of {name} would help {count} prospect.",
                "One more hour of {name} would help {count} prospects.",
                self.helped,
                name=self.name,
            )
        if self.price:
            return said("One more hour of {name} would let others change places.", name=self.name)
        return said("One more hour of {name} would help nobody further.", name=self.name)

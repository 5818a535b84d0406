"""What the API takes and gives, as pydantic models: they check requests and write the OpenAPI.

Texts that people typed and interests are checked once more, and worded, by the services.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictInt,
    StrictStr,
    WithJsonSchema,
)

from ambassadors.services.people import LONGEST_NAME, LONGEST_QUESTION
from ambassadors.web.api_reading import (
    family_once,
    no_controls,
    none_when_empty,
    read_moment,
    read_zone,
    split_commas,
)

LONGEST_REASON = 1000
LARGEST_ID = 2**31 - 1

MOMENT_SCHEMA = {"type": "string", "format": "date-time", "examples": ["2027-03-01T15:00:00Z"]}
Moment = Annotated[datetime, PlainValidator(read_moment), WithJsonSchema(MOMENT_SCHEMA)]
Zone = Annotated[StrictStr, AfterValidator(read_zone), Field(examples=["Asia/Kolkata"])]
Text = Annotated[StrictStr, AfterValidator(no_controls)]
Key = Annotated[Text, AfterValidator(family_once)]
Names = list[Text]
Keys = list[Key]
SplitNames = Annotated[list[Text], BeforeValidator(split_commas)]
SplitKeys = Annotated[list[Key], BeforeValidator(split_commas)]
# An id that no table can hold is one that nobody has: 404, as any other unknown one.
AmbassadorId = Annotated[StrictInt, AfterValidator(lambda id: max(0, min(id, LARGEST_ID)))]
Utc = Annotated[StrictStr, Field(examples=["2027-03-01T15:00:00Z"])]


class Request(BaseModel):
    """Members that are not named are ignored."""

    model_config = ConfigDict(populate_by_name=False)


class Awake(Request):
    """From when to when a prospect is awake, by the clock of their zone, within one day."""

    from_: Text = Field("07:00", alias="from", max_length=5, examples=["07:00"])
    to: Text = Field("22:00", max_length=5, examples=["22:00", "24:00"])


AWAKE = Field(None, description="When the prospect is awake; 07:00 to 22:00 unless it is said.")


class Matching(Request):
    """What a prospect asks for."""

    interests: Keys = Field(min_length=1, examples=[["track/thesis", "industry/aerospace"]])
    most: Keys = Field([], description="Those of the interests that matter most.")
    time_zone: Zone
    languages: Names = Field([], description="BCP 47; none means that any will do.")
    awake: Awake | None = AWAKE
    limit: StrictInt = Field(10, ge=1, le=100)


class Window(Request):
    """When, how long, and whose clock. A window is clipped to notice and horizon."""

    from_: Annotated[Moment | None, BeforeValidator(none_when_empty)] = Field(None, alias="from")
    to: Annotated[Moment | None, BeforeValidator(none_when_empty)] = None
    minutes: int = Field(30, ge=1, le=240)
    time_zone: Annotated[Zone | None, BeforeValidator(none_when_empty)] = Field(
        None, description="The viewer's; it hides nothing."
    )


class MatchingWindow(Window):
    """A window, for whoever matches; `interests` repeated or joined by commas."""

    interests: SplitKeys = Field(min_length=1)
    most: SplitKeys = []
    languages: SplitNames = []


class Person(Request):
    """A prospect."""

    name: Text = Field(min_length=1, max_length=LONGEST_NAME)
    email: Text = Field(min_length=1, max_length=254, examples=["priya@example.org"])
    time_zone: Zone


class Asker(Request):
    """A prospect whose zone the request itself names."""

    name: Text = Field(min_length=1, max_length=LONGEST_NAME)
    email: Text = Field(min_length=1, max_length=254)
    time_zone: Zone | None = None


class Booking(Request):
    """A chat to be held."""

    ambassador: AmbassadorId
    start: Moment
    minutes: StrictInt = Field(ge=1, le=240)
    prospect: Person
    interests: Keys = []
    most: Keys = []
    languages: Names = []
    question: Text = Field("", max_length=LONGEST_QUESTION)


class BookingHeaders(Request):
    """One key, one booking: the same key and body give the same answer."""

    idempotency_key: str | None = Field(None, alias="Idempotency-Key", max_length=200)


class Code(Request):
    """The code from the mail."""

    code: Text = Field(min_length=1, max_length=40, examples=["123456"])


class Move(Request):
    """Another start for a chat."""

    start: Moment


class Cancellation(Request):
    """Why, if one likes to say."""

    reason: Text = Field("", max_length=LONGEST_REASON)


class Asking(Request):
    """A prospect who wants to be matched by a coordinator."""

    interests: Keys = Field(min_length=1)
    most: Keys = []
    time_zone: Zone
    languages: Names = []
    awake: Awake | None = AWAKE
    prospect: Asker
    question: Text = Field("", max_length=LONGEST_QUESTION)


# Answers: only their shapes, for the documentation. The views write plain JSON.


class ItemAnswer(BaseModel):
    key: str = Field(examples=["track/thesis"])
    label: str


class FamilyAnswer(BaseModel):
    key: str
    label: str
    role: str = Field(description="“core” is asked of everybody, “detail” is offered.")
    items: list[ItemAnswer]


class InterestsAnswer(BaseModel):
    families: list[FamilyAnswer]


class AmbassadorAnswer(BaseModel):
    id: int
    name: str
    bio: str
    time_zone: str
    languages: list[str]


class ReasonAnswer(BaseModel):
    interest: str
    points: int
    text: str


class MissAnswer(BaseModel):
    interest: str
    text: str


class SlotAnswer(BaseModel):
    start: Utc
    end: Utc


class MatchAnswer(BaseModel):
    ambassador: AmbassadorAnswer
    score: int = Field(ge=0, le=100)
    reasons: list[ReasonAnswer]
    misses: list[MissAnswer]
    next_slot: SlotAnswer | None = Field(description="Null without a time in common.")


class MatchesAnswer(BaseModel):
    matches: list[MatchAnswer]


class SlotsAnswer(BaseModel):
    slots: list[SlotAnswer]


class NamedSlotAnswer(SlotAnswer):
    ambassador: AmbassadorAnswer
    score: int


class NamedSlotsAnswer(BaseModel):
    slots: list[NamedSlotAnswer]


class ChatDetails(BaseModel):
    id: str
    token: str
    status: str
    start: Utc
    end: Utc
    minutes: int
    expires_at: Utc | None
    manage_url: str
    ambassador: dict[str, Any]
    place: str | None
    interests: list[str]
    question: str


class ChatAnswer(BaseModel):
    chat: ChatDetails


class RequestDetails(BaseModel):
    id: str
    state: str


class RequestAnswer(BaseModel):
    request: RequestDetails


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    alternatives: list[SlotAnswer] | None = None

"""What other systems ask the API for, and the shapes of what they get."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from ambassadors.web.api_reading import none_when_empty
from ambassadors.web.api_schemas import Moment, Request, Text, Utc

Since = Annotated[Moment | None, BeforeValidator(none_when_empty)]
SINCE = Field(None, description="Only what was changed at this moment or later.")


class Paging(Request):
    """Where to go on, and how many at most."""

    cursor: Text = Field("", max_length=200, description="From the answer before.")
    limit: int = Field(100, ge=1, le=200)


class Listing(Paging):
    """A page of what has changed."""

    updated_since: Since = SINCE


class Exporting(Request):
    """The export for admissions systems."""

    format: Literal["json", "csv"] = "json"
    updated_since: Since = SINCE


class ProspectRow(BaseModel):
    id: int
    time_zone: str
    name: str | None = Field(description="Null without the scope read:people; so is email.")
    email: str | None


class ChatRow(BaseModel):
    id: str
    sequence: int = Field(description="Rises with every change of this chat.")
    status: str
    start: Utc
    end: Utc
    minutes: int
    ambassador_id: int
    prospect: ProspectRow
    interests: list[str]
    question: str | None
    created_at: Utc
    updated_at: Utc


class ChatRows(BaseModel):
    chats: list[ChatRow]
    cursor: str | None = Field(description="For the next page; null when there is none for now.")


class RequestRow(BaseModel):
    id: str
    state: str
    prospect: ProspectRow
    interests: list[str]
    languages: list[str]
    question: str | None
    ambassador_id: int | None
    created_at: Utc
    updated_at: Utc


class RequestRows(BaseModel):
    requests: list[RequestRow]
    cursor: str | None


class AmbassadorRow(BaseModel):
    id: int
    name: str
    email: str
    status: str
    time_zone: str
    languages: list[str]
    interests: list[str]
    created_at: Utc


class AmbassadorRows(BaseModel):
    ambassadors: list[AmbassadorRow]
    cursor: str | None


class ExportRows(BaseModel):
    chats: list[dict[str, str]]

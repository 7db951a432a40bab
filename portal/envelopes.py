"""The envelope in which a department's events travel: CloudEvents 1.0 in structured mode."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from casework.department_events import Event
from portal.fields import Body, Name
from rules.vocabulary import DepartmentAct

PREFIX: Final = "daiban.assignment."
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
Instant = Annotated[
    AwareDatetime, Field(strict=True, ge=EARLIEST, le=LATEST), AfterValidator(lambda time: time.astimezone(UTC))
]


class Envelope(BaseModel):
    """The attributes of CloudEvents; others may be present and are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    #: Repeated with the same content it gets the first answer.
    id: Name
    source: Name
    #: The assignment, once more: the signature does not cover the address.
    subject: UUID
    #: When it happened, by which the legal clocks run.
    time: Instant
    type: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: Body

    def event(self) -> Event:
        """Turn the message into what casework receives."""
        details = self.data.model_dump(mode="json", exclude_none=True)
        return Event(self.id, DepartmentAct(self.type.removeprefix(PREFIX)), self.time, details)

"""The messages about another department's item: an opinion that is asked for, and a summons to a joint session."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, HttpUrl, TypeAdapter

from deployments.reference_department.protocol import (
    Applicant,
    Envelope,
    Item,
    Material,
    Message,
    Project,
    Text,
    Wire,
)


class OpinionAsked(Wire):
    """Another department's item, on which this one is to be heard (行政许可法 art. 26)."""

    opinion: Text
    application: Text
    project: Project
    applicant: Applicant
    item: Item
    #: The department whose item it is.
    lead: Text
    department: Text
    materials: tuple[Material, ...]
    #: Working days after the question has arrived.
    days: int = Field(ge=1)
    #: The published document by which silence means consent; without it, silence never does.
    silence_basis: Text | None = None
    callback: HttpUrl


class AboutOpinion(Wire):
    """What has become of an opinion: a warning, a lapse, or that the item has ended."""

    opinion: Text
    reason: str | None = None
    due_on: date | None = None
    basis: Text | None = None


class Invited(Wire):
    """A summons to a joint review or inspection, once however many items of the department are on it."""

    session: Text
    kind: Text
    what: Literal["summons", "cancelled"]
    stage: Text
    #: The department that presides.
    lead: Text
    items: tuple[Text, ...]
    departments: tuple[Text, ...]
    planned_at: AwareDatetime
    place: str | None = None
    agenda: str | None = None
    reason: str | None = None


class OpinionHeard(Wire):
    """To the lead of an item: what a department to be heard has said, and who is still awaited."""

    heard: Text
    department: Text
    status: Text
    #: Absent where nothing was said.
    answer: Text | None = None
    deemed: bool = False
    reason: str | None = None
    conditions: str | None = None
    awaited: tuple[Text, ...] = ()


class OpinionHeardEvent(Envelope):
    type: Literal["daiban.assignment.opinion_heard"]
    data: OpinionHeard


class OpinionAskedEvent(Envelope):
    type: Literal["daiban.assignment.opinion_asked"]
    data: OpinionAsked


class InvitedEvent(Envelope):
    type: Literal["daiban.assignment.invited"]
    data: Invited


class OpinionWarnedEvent(Envelope):
    type: Literal["daiban.assignment.silence_warned"]
    data: AboutOpinion


class OpinionDeemedEvent(Envelope):
    type: Literal["daiban.assignment.deemed"]
    data: AboutOpinion


class OpinionOverdueEvent(Envelope):
    type: Literal["daiban.assignment.supervised"]
    data: AboutOpinion


class OpinionCancelledEvent(Envelope):
    type: Literal["daiban.assignment.cancelled"]
    data: AboutOpinion


OpinionMessage = Annotated[
    OpinionWarnedEvent | OpinionDeemedEvent | OpinionOverdueEvent | OpinionCancelledEvent, Field(discriminator="type")
]
OPINION: TypeAdapter[OpinionAskedEvent] = TypeAdapter(OpinionAskedEvent)
OPINION_MESSAGE: TypeAdapter[OpinionMessage] = TypeAdapter(OpinionMessage)
#: Whatever comes to ``/assignments/{assignment}/messages``.
AboutAssignment = Annotated[Message | InvitedEvent | OpinionHeardEvent, Field(discriminator="type")]
ABOUT_ASSIGNMENT: TypeAdapter[AboutAssignment] = TypeAdapter(AboutAssignment)

"""The messages of the department protocol as a department reads them (docs/department-protocol.md)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter

Text = Annotated[str, Field(min_length=1)]
DISPATCHED = "daiban.assignment.dispatched"


class Wire(BaseModel):
    """Anything that travels; unknown members are ignored so that the protocol can grow."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Limit(Wire):
    days: int = Field(ge=0, le=1000)
    unit: Literal["WD", "ND", "MONTH"]
    start: Literal["receipt", "acceptance"]


class Limits(Wire):
    legal: Limit
    promised: Limit


class Enclosure(Wire):
    """The content of a material: fetch ``url`` before ``until``, and check that it has the hash."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    media_type: Text
    url: HttpUrl
    until: AwareDatetime


class Material(Wire):
    name: Text
    deferrable: bool = False
    provided: bool = True
    version: int | None = Field(default=None, ge=1)
    #: Absent while only the name is known.
    file: Enclosure | None = None


class Committed(Wire):
    """What the applicant has signed for the item: to bring materials later, or that a condition is met."""

    id: Text | None = None
    signer: Text | None = None
    signed_at: AwareDatetime | None = None
    #: The SHA-256 of the letter that was signed.
    signature: Text | None = None
    kind: Literal["tolerance", "notified"]
    materials: tuple[Text, ...]


class Renewed(Wire):
    """The permit that is to be renewed; asked for ``in_time`` silence renews it when it expires."""

    document_number: Text
    expires_on: date
    in_time: bool


class GreenChannel(Wire):
    """By whose decision the application goes first, and why."""

    authority: Text
    document: Text
    reason: Text


class Project(Wire):
    name: Text


class Applicant(Wire):
    name: Text
    credit_code: str | None = None


class Item(Wire):
    code: Text
    name: Text


class AllowedProcedure(Wire):
    """A special procedure of the item; ``max_days`` working days at most, if its law says so."""

    kind: Text
    name: Text
    basis: Text
    max_days: int | None = Field(default=None, ge=1)


class Extension(Wire):
    """By how much the legal limit may be extended once, and who must approve it."""

    days: int = Field(ge=0)
    approver_level: Literal["agency_head", "government_head"] = "agency_head"


class TakenOver(Wire):
    """Another department has handed the assignment on (移送); the clock goes on from what is used."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
    from_: Text = Field(alias="from")
    reason: Text
    at: AwareDatetime
    used_days: int
    legal_due: date | None = None


class Dispatched(Wire):
    """An assignment for a department: one approval item of one application."""

    assignment: Text
    application: Text
    project: Project
    applicant: Applicant
    item: Item
    department: Text
    round: int = Field(ge=1)
    limits: Limits
    materials: tuple[Material, ...]
    commitments: tuple[Committed, ...] = ()
    #: Items that must be granted before this one may be granted.
    awaits: tuple[str, ...]
    #: The special procedures whose time does not count; no other may be started.
    procedures: tuple[AllowedProcedure, ...] = ()
    extension: Extension = Extension(days=0)
    #: Two officers look at the site before it is granted.
    site_visit: bool = False
    #: There are fewer permits than applicants: they are dealt with in the order of acceptance.
    quantity_limited: bool = False
    taken_over: TakenOver | None = None
    renews: Renewed | None = None
    green_channel: GreenChannel | None = None
    callback: HttpUrl


class PartyChanged(Wire):
    """The applicant has a new name or kind under the same code; the file goes on."""

    before: Text
    after: Text
    kind: Text | None = None
    document_number: Text
    changed_on: date


class AppointmentTold(Wire):
    """Somebody wants to come, or to be visited; or it is called off, kept or missed. People answer in the portal."""

    appointment: int = Field(ge=1)
    status: Text
    purpose: Text
    planned_at: AwareDatetime
    outside_hours: bool = False
    visitor: Text
    place: Text | None = None
    note: Text | None = None
    reason: Text | None = None


class Cancelled(Wire):
    reason: str
    #: When the applicant asked for the application back: a decision dated before it may still be sent.
    requested_at: AwareDatetime | None = None


class MaterialsAdded(Wire):
    materials: tuple[Material, ...]
    #: The commitment that what has come was deferred under.
    commitment: Text | None = None


class PrerequisitesMet(Wire):
    #: What is still open; empty when every awaited item is granted.
    awaits: tuple[str, ...] = ()


class Reminded(Wire):
    light: Text
    due_on: date | None = None
    #: The date rests on days whose holidays are not published yet.
    provisional: bool = False
    reason: str | None = None


class Deemed(Wire):
    """The department's silence has had its effect; ``deemed`` says which."""

    deemed: Text
    legal_basis: Text
    accepted_on: date | None = None
    window_ended_on: date | None = None
    item: Text | None = None
    due_on: date | None = None
    basis: Text | None = None
    reason: str = ""


class RenewedMaterial(Material):
    version: int = Field(ge=1)  # here it is always told
    #: The version that the decision of the round before rests on.
    relied_on: int = Field(ge=0)


class Reopened(Wire):
    """Why the item comes again: documents that the decision of the round before rests on were replaced."""

    previous: Text
    round: int = Field(ge=2)
    reason: Text
    materials: tuple[RenewedMaterial, ...]


class Supervised(Wire):
    """A limit has passed, or a commitment was not kept: what the department is expected to do, and by which law."""

    reason: str
    due_on: date | None = None
    duty: str = ""
    reply_by: date | None = None
    #: How far it has gone: absent with the first order, then ``yellow`` and ``red``.
    rung: str | None = None


class SilenceWarned(Wire):
    """Beyond ``due_on`` silence counts as consent."""

    due_on: date
    basis: Text


class Envelope(Wire):
    """CloudEvents 1.0 in structured mode."""

    specversion: Literal["1.0"]
    id: Text
    source: Text
    subject: Text
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"


class DispatchedEvent(Envelope):
    type: Literal["daiban.assignment.dispatched"]
    data: Dispatched


class CancelledEvent(Envelope):
    type: Literal["daiban.assignment.cancelled"]
    data: Cancelled


class MaterialsAddedEvent(Envelope):
    type: Literal["daiban.assignment.materials_added"]
    data: MaterialsAdded


class PrerequisitesMetEvent(Envelope):
    type: Literal["daiban.assignment.prerequisites_met"]
    data: PrerequisitesMet


class RemindedEvent(Envelope):
    type: Literal["daiban.assignment.reminded"]
    data: Reminded


class SupervisedEvent(Envelope):
    type: Literal["daiban.assignment.supervised"]
    data: Supervised


class SilenceWarnedEvent(Envelope):
    type: Literal["daiban.assignment.silence_warned"]
    data: SilenceWarned


class DeemedEvent(Envelope):
    type: Literal["daiban.assignment.deemed"]
    data: Deemed


class ReopenedEvent(Envelope):
    type: Literal["daiban.assignment.reopened"]
    data: Reopened


class PartyChangedEvent(Envelope):
    type: Literal["daiban.assignment.party_changed"]
    data: PartyChanged


class AppointmentEvent(Envelope):
    type: Literal["daiban.assignment.appointment"]
    data: AppointmentTold


Message = Annotated[
    CancelledEvent
    | MaterialsAddedEvent
    | PrerequisitesMetEvent
    | RemindedEvent
    | SupervisedEvent
    | SilenceWarnedEvent
    | DeemedEvent
    | ReopenedEvent
    | PartyChangedEvent
    | AppointmentEvent,
    Field(discriminator="type"),
]
DISPATCH: TypeAdapter[DispatchedEvent] = TypeAdapter(DispatchedEvent)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)

"""What a department may report of the procedures around a decision: hearings, site visits, revocation,
cancellation."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from portal.envelopes import Envelope, Instant
from portal.fields import Body, Name, Prose
from rules.acts.cancelling import CancellationGround
from rules.acts.revoking import RevocationGround

Officers = Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]


class HearingTold(Body):
    """Whom the decision touches is told of the right to a hearing, and of what is intended (行政许可法 art. 47)."""

    addressee: Name
    subject: Prose
    #: How to ask for it.
    contact: Prose
    #: The addressee is not the applicant, but has interests at stake.
    third_party: bool = False
    handler: Name | None = None


class HearingRequested(Body):
    """Somebody who was told asks for the hearing, within five working days."""

    by: Name
    handler: Name | None = None


class HearingAnnounced(Body):
    """When and where it is held, seven working days ahead, and who presides: nobody who has examined the matter.

    Without a request it is the department's own, and says its ``subject``.
    """

    held_at: Instant
    place: Name
    presider: Name
    examiners: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    subject: Prose | None = None
    #: The law or a secret forbids the public.
    public: bool = True
    handler: Name | None = None


class HearingHeld(Body):
    """It was held; the decision rests on its ``record``, named by number."""

    record: Name
    reason: Prose | None = None
    handler: Name | None = None


class OfficersAssigned(Body):
    """Who will look at the site: two at least, within five working days of acceptance (行政许可法 art. 55(2))."""

    officers: Officers
    planned_on: date | None = None
    handler: Name | None = None


class SiteVisited(Body):
    """The site was looked at by two officers at least, and what they found (行政许可法 art. 34(3))."""

    officers: Officers
    findings: Prose
    handler: Name | None = None


class RevocationOpened(Body):
    """After a grant: it may have to be revoked, and why; the holder is told and may state their case (art. 69)."""

    ground: RevocationGround
    facts: Prose
    legal_basis: Prose
    #: Which organ acts: the one that issued the permit, or its superior.
    authority: Name
    handler: Name


class RevocationDecided(Body):
    """The permit is revoked or kept, by two people, once the holder has been heard."""

    decision: Literal["revoked", "kept"]
    reason: Prose
    legal_basis: Prose | None = None
    #: Why revoking does no serious harm to the public interest; without that it may not be.
    public_interest: Prose | None = None
    #: How legitimate reliance is compensated; owed unless the holder deceived.
    compensation: Prose | None = None
    document_number: Name | None = None
    handler: Name
    approver: Name


class CancellationOpened(Body):
    """After a grant: the permit has to be struck off, and what proves it (art. 70).

    A holder who did not ask for it is told and may state their case, unless the permit is void already.
    """

    ground: CancellationGround
    facts: Prose
    #: The document that proves it: a judgment, the striking-off of the company, the holder's request.
    evidence: Name | None = None
    #: The day it happened; for a permit that expired, its last one.
    ended_on: date | None = None
    #: The law that has the permit struck off, where the ground is ``other``.
    legal_basis: Prose | None = None
    handler: Name


class CancellationDecided(Body):
    """The permit is struck off or not, by two people; a request refused is told with its reason."""

    decision: Literal["struck_off", "kept"]
    reason: Prose
    document_number: Name | None = None
    handler: Name
    approver: Name


class HearingToldEvent(Envelope):
    type: Literal["daiban.assignment.hearing_told"]
    data: HearingTold


class HearingRequestedEvent(Envelope):
    type: Literal["daiban.assignment.hearing_requested"]
    data: HearingRequested


class HearingAnnouncedEvent(Envelope):
    type: Literal["daiban.assignment.hearing_announced"]
    data: HearingAnnounced


class HearingHeldEvent(Envelope):
    type: Literal["daiban.assignment.hearing_held"]
    data: HearingHeld


class OfficersAssignedEvent(Envelope):
    type: Literal["daiban.assignment.officers_assigned"]
    data: OfficersAssigned


class SiteVisitedEvent(Envelope):
    type: Literal["daiban.assignment.site_visited"]
    data: SiteVisited


class RevocationOpenedEvent(Envelope):
    type: Literal["daiban.assignment.revocation_opened"]
    data: RevocationOpened


class RevocationDecidedEvent(Envelope):
    type: Literal["daiban.assignment.revocation_decided"]
    data: RevocationDecided


class CancellationOpenedEvent(Envelope):
    type: Literal["daiban.assignment.cancellation_opened"]
    data: CancellationOpened


class CancellationDecidedEvent(Envelope):
    type: Literal["daiban.assignment.cancellation_decided"]
    data: CancellationDecided

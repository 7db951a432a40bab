"""What a department calls back, as it writes it (docs/department-protocol.md)."""

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from deployments.reference_department.protocol import Text, Wire


class Callback(Wire):
    """The content of a message from a department; ``name`` is the last part of its type."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str]


class Accepted(Callback):
    name = "accepted"
    handler: Text


class Claimed(Callback):
    name = "claimed"
    handler: Text


class CorrectionRequested(Callback):
    name = "correction_requested"
    missing: tuple[Text, ...] = Field(min_length=1)
    reason: Text


class HoldStarted(Callback):
    """A special procedure whose ``days`` working days do not count (行政许可法 art. 45)."""

    name = "hold_started"
    procedure: Text
    days: int = Field(ge=1)
    reason: Text
    #: Two at least for an inspection or a site visit (行政许可法 art. 34).
    officers: tuple[Text, ...] = ()


class HoldEnded(Callback):
    name = "hold_ended"


class ExtensionRequested(Callback):
    """``days`` more of the limit's unit, approved by whom the assignment names (行政许可法 art. 42)."""

    name = "extension_requested"
    days: int = Field(ge=1)
    approver: Text
    approver_level: Literal["agency_head", "government_head"] = "agency_head"
    reason: Text


class Decided(Callback):
    name = "decided"
    decision: Literal["granted", "granted_by_commitment", "refused"]
    document_number: Text
    reason: Text
    legal_basis: Text
    handler: Text
    #: Of a refusal: without one it is only proposed.
    approver: Text | None = None


class RefusalApproved(Callback):
    name = "refusal_approved"
    approver: Text


class RefusalReturned(Callback):
    name = "refusal_returned"
    approver: Text
    reason: Text


class Transferred(Callback):
    """Another department is competent: ``department`` is its code."""

    name = "transferred"
    department: Text
    reason: Text


class DecisionCorrected(Callback):
    """A slip in the recorded decision; ``why`` is told to the applicant."""

    name = "decision_corrected"
    document_number: Text
    why: Text


class Note(Callback):
    name = "note"
    text: Text


class NotAccepted(Callback):
    """Not within the department's competence (行政许可法 art. 32(2)); approved by a second person."""

    name = "not_accepted"
    competent_agency: Text
    reason: Text
    legal_basis: Text
    handler: Text
    approver: Text


class NotRequired(Callback):
    """No permit is needed (行政许可法 art. 32(1)); approved by a second person."""

    name = "not_required"
    reason: Text
    legal_basis: Text
    handler: Text
    approver: Text


class OpinionGiven(Callback):
    """The opinion on another department's item; sent to the callback of the question."""

    name = "opinion_given"
    opinion: Literal["agree", "agree_with_conditions", "disagree", "must_forward_up"]
    reason: Text | None = None
    conditions: Text | None = None
    handler: Text


class ReviewFinished(Callback):
    """Everything is reviewed, only deferred materials are missing (容缺受理)."""

    name = "review_finished"
    handler: Text


class CureVerified(Callback):
    name = "cure_verified"
    handler: Text


class BreachFound(Callback):
    """A commitment is not kept although the licence is out; ``correct_within`` working days to correct it."""

    name = "breach_found"
    reason: Text
    legal_basis: Text
    #: Absent when the commitment is found broken for good.
    correct_within: int | None = Field(default=None, ge=1)
    handler: Text


class UseExtended(Callback):
    """More time to make use of what was granted (延期开工)."""

    name = "use_extended"
    months: int = Field(ge=1)
    reason: Text
    handler: Text


class HearingTold(Callback):
    """Whom the decision touches is told of the right to a hearing (听证)."""

    name = "hearing_told"
    addressee: Text
    subject: Text
    contact: Text
    handler: Text


class HearingRequested(Callback):
    name = "hearing_requested"
    by: Text
    handler: Text


class HearingAnnounced(Callback):
    name = "hearing_announced"
    held_at: Text
    place: Text
    presider: Text
    examiners: list[Text]
    handler: Text


class HearingHeld(Callback):
    name = "hearing_held"
    record: Text
    handler: Text


class OfficersAssigned(Callback):
    """Who will look at the site: two at least."""

    name = "officers_assigned"
    officers: list[Text]
    handler: Text


class SiteVisited(Callback):
    name = "site_visited"
    officers: list[Text]
    findings: Text
    handler: Text


class RevocationOpened(Callback):
    """A permit may have to be revoked (撤销); its holder is heard first."""

    name = "revocation_opened"
    ground: Text
    facts: Text
    legal_basis: Text
    authority: Text
    handler: Text


class RevocationDecided(Callback):
    name = "revocation_decided"
    decision: Literal["revoked", "kept"]
    reason: Text
    legal_basis: Text | None = None
    public_interest: Text | None = None
    compensation: Text | None = None
    document_number: Text | None = None
    handler: Text
    approver: Text


class CancellationOpened(Callback):
    """A permit has to be struck off (注销): it has expired, its holder is gone, or wants it no longer."""

    name = "cancellation_opened"
    ground: Text
    facts: Text
    evidence: Text | None = None
    ended_on: Text | None = None
    legal_basis: Text | None = None
    handler: Text


class CancellationDecided(Callback):
    name = "cancellation_decided"
    decision: Literal["struck_off", "kept"]
    reason: Text
    document_number: Text | None = None
    handler: Text
    approver: Text


CALLBACKS: dict[str, type[Callback]] = {
    f"daiban.assignment.{kind.name}": kind
    for kind in (
        Accepted,
        Claimed,
        CorrectionRequested,
        HoldStarted,
        HoldEnded,
        ExtensionRequested,
        Decided,
        RefusalApproved,
        RefusalReturned,
        Transferred,
        DecisionCorrected,
        Note,
        NotAccepted,
        NotRequired,
        OpinionGiven,
        ReviewFinished,
        CureVerified,
        BreachFound,
        UseExtended,
        HearingTold,
        HearingRequested,
        HearingAnnounced,
        HearingHeld,
        OfficersAssigned,
        SiteVisited,
        RevocationOpened,
        RevocationDecided,
        CancellationOpened,
        CancellationDecided,
    )
}

"""What a department may report once its review is finished or its decision made."""

from typing import Annotated

from pydantic import Field

from portal.fields import Body, Days, Name, Prose


class DecisionCorrected(Body):
    """A slip in the recorded decision; ``why`` is told to the applicant, the outcome cannot be changed so."""

    why: Prose
    document_number: Name | None = None
    reason: Prose | None = None
    legal_basis: Prose | None = None
    handler: Name | None = None


class ReviewFinished(Body):
    """Everything is reviewed and only deferred materials are missing: the clock stops until they come (容缺受理)."""

    reason: Prose | None = None
    handler: Name | None = None


class CureVerified(Body):
    """The deferred materials are there and in order, or what was promised is so; the commitment is kept."""

    reason: Prose | None = None
    handler: Name | None = None


class BreachFound(Body):
    """A commitment is not kept although the licence is out; with ``correct_within`` working days to correct it."""

    reason: Prose
    legal_basis: Prose
    correct_within: Days | None = None
    handler: Name | None = None


class UseExtended(Body):
    """More time to make use of what was granted: ``months`` from the day on which it would have ended (延期开工)."""

    months: Annotated[int, Field(ge=1, le=60, strict=True)]
    reason: Prose
    document_number: Name | None = None
    handler: Name | None = None

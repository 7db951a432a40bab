"""Names of assignments, messages and notices, computed from what they are: writing one twice is writing it once."""

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from rules.vocabulary import MessageKind, NoticeKind

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:daiban")


def assignment_id(number: str, item: str, round_: int) -> UUID:
    """Name an assignment by what it is, so that opening it twice is opening it once."""
    return uuid5(_NAMESPACE, f"assignment/{number}/{item}/{round_}")


def message_id(assignment: UUID, kind: MessageKind, serial: str = "") -> UUID:
    """Name a message to a department; this is also the Idempotency-Key it travels with."""
    return uuid5(_NAMESPACE, f"message/{assignment}/{kind}/{serial}")


def notice_id(number: str, kind: NoticeKind, serial: str) -> UUID:
    """Name a notice to the applicant."""
    return uuid5(_NAMESPACE, f"notice/{number}/{kind}/{serial}")


def appointment_id(number: str, serial: int) -> UUID:
    """Name an appointment of an application."""
    return uuid5(_NAMESPACE, f"appointment/{number}/{serial}")


def opinion_id(assignment: UUID, department: str) -> UUID:
    """Name what a department is asked to say of another department's assignment."""
    return uuid5(_NAMESPACE, f"opinion/{assignment}/{department}")


def session_id(number: str, serial: int) -> UUID:
    """Name the joint session that is the application's n-th."""
    return uuid5(_NAMESPACE, f"session/{number}/{serial}")


def delivery_id(assignment: UUID, attempt: int) -> UUID:
    """Name the n-th attempt to deliver the result of an assignment."""
    return uuid5(_NAMESPACE, f"delivery/{assignment}/{attempt}")


def objection_id(number: str, serial: int) -> UUID:
    """Name the applicant's n-th objection."""
    return uuid5(_NAMESPACE, f"objection/{number}/{serial}")


def commitment_id(number: str, item: str, signature: str) -> UUID:
    """Name a commitment by what was signed."""
    return uuid5(_NAMESPACE, f"commitment/{number}/{item}/{signature}")

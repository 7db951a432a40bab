"""The applicant comes to a department in person, for an item that no agent may put forward (行政许可法 art. 29(2))."""

from rules.acts.applicant import require_open
from rules.appointments import Appointment, AppointmentStatus, Purpose
from rules.attendance import attendance_name
from rules.catalog import DepartmentCode, ItemCode
from rules.entries import Entry, MaterialReceived, Step
from rules.errors import InPersonRequiredError, NotAllowedNowError
from rules.materials import next_version
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import AssignmentStatus

#: A round that can still come: it has not begun, or has ended against the applicant.
_TO_COME = frozenset(
    {
        None,
        AssignmentStatus.REFUSED,
        AssignmentStatus.NOT_ACCEPTED,
        AssignmentStatus.RETURNED,
        AssignmentStatus.LAPSED,
        AssignmentStatus.REVOKED,
        AssignmentStatus.STRUCK_OFF,
        AssignmentStatus.BLOCKED,
    }
)


def attended(
    snapshot: ApplicationSnapshot, item: ItemCode, visitor: str, department: DepartmentCode
) -> tuple[Entry, ...]:
    """Enter that the applicant was there; the item is filed once its papers are complete as well.

    Each round of an item needs its own visit. Raises ApplicationClosedError, NotFoundError for an item the
    application does not have, and NotAllowedNowError where nobody need come, or the item is filed already.
    """
    require_open(snapshot)
    needed = snapshot.network.item(item)
    if not needed.terms.in_person:
        raise NotAllowedNowError(f"{item} 不须申请人本人到场", item=item)
    view = snapshot.assignments.get(item)
    status = view.status if view else None
    if status not in _TO_COME:
        raise NotAllowedNowError(f"{item} 已申报，不须再到场", item=item, assignment_status=status)
    name = attendance_name(needed)
    version = next_version(snapshot, name)
    details = {"visitor": visitor, "department": department, "visit": version}
    return MaterialReceived(name, visitor, version, None), Step("applicant.attended", item, details=details)


def kept(
    snapshot: ApplicationSnapshot, appointment: Appointment, after: AppointmentStatus, by: str | None
) -> tuple[Entry, ...]:
    """Enter what follows from an appointment kept: the visit, where it was for one that had to be in person.

    ``by`` is the department that says so. Raises InPersonRequiredError when an agent does: nobody attests for the
    applicant that the applicant was there.
    """
    came = after is AppointmentStatus.KEPT and appointment.purpose is Purpose.IN_PERSON
    if not came or appointment.item is None or not snapshot.network.item(appointment.item).terms.in_person:
        return ()
    if by is None:
        message = f"{appointment.item} 申请人是否本人到场，由承办部门登记（行政许可法第二十九条第二款）"
        raise InPersonRequiredError(message, items=[appointment.item])
    view = snapshot.assignments.get(appointment.item)
    if view is not None and view.status not in _TO_COME:
        return ()  # for more than to put it forward
    return attended(snapshot, appointment.item, appointment.visitor, appointment.department)

"""An assignment goes on at the department that is competent (移送), in the clock that it has already used."""

from rules.acts.report import Report, stepped
from rules.entries import DispatchArrived, Entry, MessageQueued, MessagesVoided, NoticeQueued, Revised, Step
from rules.errors import InvalidEventError
from rules.identifiers import notice_id
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, MessageKind, NoticeKind


def transferred(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Hand the same assignment to ``details['department']``, which casework has found in the catalog.

    It stays one assignment, so nothing of its clock is lost or given back: the day of receipt, of acceptance and every
    stop stand (行政许可法 art. 42: the limit is the applicant's, whoever in the government has the file). The new
    department gets a dispatch with what has been used, the old one a confirmation, the applicant a notice.
    Raises InvalidEventError for a transfer to itself.
    """
    target = report.details["department"]
    if target == view.department:
        raise InvalidEventError("不能移送给本部门", department=target)
    at = report.occurred_at.isoformat()
    serial = f"{view.department}>{target}/{at}"
    reading = snapshot.read_clock(view, report.occurred_at)
    taken_over = {
        "from": view.department,
        "reason": report.details["reason"],
        "at": at,
        "used_days": reading.used,
        "legal_due": reading.legal_due.isoformat() if reading.legal_due else None,
    }
    name = report.details.get("department_name", target)
    told = {"item": view.item, "department": target, "department_name": name, "reason": report.details["reason"]}
    notice = notice_id(snapshot.number, NoticeKind.TRANSFERRED, f"{view.id}/{serial}")
    return (
        DispatchArrived(view.item),
        MessagesVoided(view.item),
        MessageQueued(view.item, MessageKind.CANCELLED, serial, {"reason": f"已移送{name}，贵单位不再办理"}),
        *stepped(view, "assignment.transferred", report, after),
        Revised(view.item, {"department": target, "handler": None, "receipt_number": None}),
        MessageQueued(view.item, MessageKind.DISPATCHED, serial, {"taken_over": taken_over}),
        NoticeQueued(notice, NoticeKind.TRANSFERRED, f"您的事项已移送{name}办理", told, view.item),
        Step("assignment.taken_over", view.item, reason=report.details["reason"], details=taken_over),
    )

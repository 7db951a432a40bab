"""More time to make use of a permit (延期开工, 建筑法 art. 9)."""

from rules.acts.report import Report, stepped
from rules.entries import Entry, Revised
from rules.errors import InvalidEventError, NotAllowedNowError
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.using import about, ends, terms_of, told
from rules.vocabulary import AssignmentStatus, NoticeKind
from rules.workdays import local_date, months_after


def extended(
    snapshot: ApplicationSnapshot, view: AssignmentView, report: Report, after: AssignmentStatus
) -> tuple[Entry, ...]:
    """Give more time to make use of a permit, before it has passed and no more often or longer than its law allows.

    Raises NotAllowedNowError, InvalidEventError.
    """
    terms, months = terms_of(snapshot, view), report.details["months"]
    last = ends(view, snapshot.calendar)
    if view.use_by is None or last is None or local_date(report.occurred_at) > last.on:
        raise NotAllowedNowError("许可尚未送达，或者使用期限已过，不能延期", act=report.act)
    if view.use_extensions >= terms.extensions:
        message = f"延期以 {terms.extensions} 次为限（{terms.basis}）"
        raise NotAllowedNowError(message, act=report.act, allowed=terms.extensions)
    if months > terms.extension_months:
        message = f"每次延期不超过 {terms.extension_months} 个月（{terms.basis}）"
        raise InvalidEventError(message, allowed_months=terms.extension_months)
    until, count = months_after(view.use_by, months), view.use_extensions + 1
    shown = snapshot.calendar.roll_forward(until).on.isoformat()
    body = {**about(snapshot, view, terms), "use_by": shown, "months": months, "extension": count}
    return (
        Revised(view.item, {"use_by": until, "use_extensions": count}),
        told(snapshot, view, NoticeKind.USE_EXTENDED, f"准予延期至 {shown}", body),
        *stepped(view, "use.extended", report, after),
    )

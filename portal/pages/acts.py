"""What a department's people fill in for each act: the fields of the form, and the event it makes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from casework.department_events import Event
from models import Role
from portal import events, later_events
from portal.pages.act_forms import BASIS, NUMBER, REASON, REMARK, ActForm, Entry, Widget
from portal.pages.procedure_forms import PROCEDURE_FORMS
from portal.problems import invalid
from rules.errors import ForbiddenError, NotFoundError
from rules.transitions import acts_fitting
from rules.vocabulary import AssignmentStatus, DepartmentAct
from rules.workdays import SHANGHAI

_A = DepartmentAct
_ANSWER: Final = "answer-order"

FORMS: Final = (
    ActForm("accept", _A.ACCEPTED, "受理", (), events.Accepted, letter="a"),
    ActForm("claim", _A.CLAIMED, "开始办理", (), events.Claimed, letter="c"),
    ActForm(
        "correct",
        _A.CORRECTION_REQUESTED,
        "一次性告知补正",
        (
            Entry("missing", "需补正的全部材料", Widget.CHECKLIST, required=True),
            Entry("reason", "逐项说明问题", Widget.PROSE),
        ),
        events.CorrectionRequested,
        letter="b",
    ),
    ActForm(
        "grant",
        _A.DECIDED,
        "准予许可",
        (NUMBER, REMARK),
        events.Granted,
        fixed=(("decision", "granted"),),
        letter="g",
    ),
    ActForm(
        "grant-partly",
        _A.DECIDED,
        "部分准予",
        (NUMBER, Entry("reason", "未准予的部分及理由", Widget.PROSE, required=True), BASIS),
        events.PartlyGranted,
        fixed=(("decision", "partly_granted"),),
    ),
    ActForm(
        "hold",
        _A.HOLD_STARTED,
        "特别程序开始",
        (
            Entry("procedure", "程序", Widget.CHOICE, required=True),
            Entry("days", "所需工作日", Widget.NUMBER, required=True),
            REASON,
            Entry("officers", "现场人员", Widget.LINES, hint="踏勘、检验须两名以上，每行一名"),
        ),
        events.HoldStarted,
    ),
    ActForm("hold-end", _A.HOLD_ENDED, "特别程序结束", (REMARK,), events.HoldEnded),
    ActForm(
        "extend",
        _A.EXTENSION_REQUESTED,
        "延期",
        (
            Entry("days", "延长天数", Widget.NUMBER, required=True),
            Entry("approver", "批准人", required=True),
            REASON,
        ),
        events.ExtensionRequested,
    ),
    ActForm("reviewed", _A.REVIEW_FINISHED, "审查完毕，只待容缺材料", (REMARK,), later_events.ReviewFinished),
    ActForm("cured", _A.CURE_VERIFIED, "容缺材料已核验", (REMARK,), later_events.CureVerified),
    ActForm(
        "breach",
        _A.BREACH_FOUND,
        "核查发现未履行承诺",
        (REASON, BASIS, Entry("correct_within", "责令改正的工作日", Widget.NUMBER)),
        later_events.BreachFound,
        grave=True,
    ),
    ActForm(
        _ANSWER,
        _A.NOTE,
        "答复督办",
        (Entry("text", "办理情况和原因", Widget.PROSE, required=True),),
        events.Note,
        fixed=(("answers", "supervision"),),
    ),
    ActForm(
        "note", _A.NOTE, "记录说明", (Entry("text", "说明", Widget.PROSE, required=True),), events.Note, letter="n"
    ),
    ActForm(
        "transfer",
        _A.TRANSFERRED,
        "移送其他部门",
        (Entry("department", "有权部门代码", required=True), REASON),
        events.Transferred,
        grave=True,
    ),
    ActForm(
        "not-accept",
        _A.NOT_ACCEPTED,
        "不予受理（须另一人签批）",
        (Entry("competent_agency", "有权办理的机关", required=True), REASON, BASIS),
        events.NotAccepted,
        grave=True,
    ),
    ActForm(
        "not-required",
        _A.NOT_REQUIRED,
        "无需许可（须另一人签批）",
        (REASON, BASIS),
        events.NoPermitNeeded,
        grave=True,
    ),
    ActForm(
        "refuse",
        _A.DECIDED,
        "不予许可（须另一人签批）",
        (
            Entry("facts", "事实", Widget.PROSE),
            REASON,
            BASIS,
            Entry("papers", "需补齐的材料", Widget.LINES, hint="每行一项"),
        ),
        events.Refused,
        fixed=(("decision", "refused"),),
        grave=True,
    ),
    ActForm(
        "approve-refusal",
        _A.REFUSAL_APPROVED,
        "签批否定决定",
        (NUMBER,),
        events.RefusalApproved,
        grave=True,
        signs_as="approver",
        of_head=True,
    ),
    ActForm(
        "return-refusal",
        _A.REFUSAL_RETURNED,
        "退回重新审查",
        (REASON,),
        events.RefusalReturned,
        signs_as="approver",
        of_head=True,
    ),
    *PROCEDURE_FORMS,
)
#: What is done with several assignments at once: nothing that takes a look at each, as every decision does.
BATCH: Final = ("accept", "claim", "note")
_BY_KEY: Final = {form.key: form for form in FORMS}
_OF_COMMITMENTS: Final = frozenset({_A.REVIEW_FINISHED, _A.CURE_VERIFIED, _A.BREACH_FOUND})
_MANY: Final = frozenset({Widget.CHECKLIST, Widget.LINES})


def forms_for(status: AssignmentStatus, roles: Collection[Role], *, committed: bool, late: bool) -> list[ActForm]:
    """Return the forms of the acts that fit a status, in the order people need them.

    ``committed`` tells whether the applicant has still to keep a commitment: without one there is nothing to verify.
    ``late`` tells whether the legal limit has passed: before, there is no order of supervision to answer.
    """
    fitting = acts_fitting(status) - (frozenset() if committed else _OF_COMMITMENTS)
    offered = [form for form in FORMS if late or form.key != _ANSWER]
    return [form for form in offered if form.act in fitting and _may(form, roles)]


def form_of(key: str, roles: Collection[Role]) -> ActForm:
    """Return the form of this key. Raises NotFoundError, and ForbiddenError where it is not for these roles."""
    form = _BY_KEY.get(key)
    if form is None:
        raise NotFoundError(f"没有操作 {key}", wanted=key)
    if not _may(form, roles):
        raise ForbiddenError(f"{form.title}须由部门负责人作出", needs=[Role.HEAD.value])
    return form


def event_from(form: ActForm, sent: Mapping[str, list[str]], *, id_: str, signed_by: str, now: datetime) -> Event:
    """Make the event of a form that was filled in, in the name of who is signed in. Raises InvalidRequestError."""
    content: dict[str, Any] = {**dict(form.fixed), form.signs_as: signed_by}
    for entry in form.entries:
        if (value := _value(entry, sent.get(entry.name, []))) is not None:
            content[entry.name] = value
    try:
        body = form.body.model_validate(content)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False)) from error
    return Event(id_, form.act, now, body.model_dump(mode="json", exclude_none=True), dated=False)


def _may(form: ActForm, roles: Collection[Role]) -> bool:
    return Role.HEAD in roles or not form.of_head


def _value(entry: Entry, given: list[str]) -> Any:
    if entry.widget in _MANY:
        lines = tuple(line.strip() for text in given for line in text.splitlines() if line.strip())
        return lines or None
    text = given[0].strip() if given else ""
    if not text:
        return None
    match entry.widget:
        case Widget.NUMBER if text.isascii() and text.isdigit():
            return int(text)
        case Widget.YES_NO:
            return text == "yes"
        case Widget.MOMENT:
            return _office_time(text)
    return text


def _office_time(text: str) -> datetime | str:
    """Read a browser's local time as the office's; what is none is left for the event to refuse."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:
        return text

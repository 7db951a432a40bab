"""What an agent can do to an application: which acts are open now, and what each form sends to its use case."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from casework import appointments, closing, commitments, handing, priorities, progress, reminding, revising, statements
from casework.casefile import Actor
from casework.queries import ApplicationReport, Line, NeededMaterial
from portal.appointments import AppointmentRequest, GreenChannelRequest, Why
from portal.fields import Body, Name, Prose
from portal.handing import Evidence, Failure, Receipt, Sending
from portal.intake import MaterialsBrought, MilestoneReport, PromiseForm, WithdrawalRequest
from portal.joint_forms import SiblingsAnswer
from portal.statements import CancellationRequest, HearingRequest, Statement
from rules.acts.reminding import DEPARTMENTS_TURN
from rules.acts.speaking import Say
from rules.commitments.tolerance import offers_notification
from rules.delivery.duty import AFTERWARDS
from rules.delivery.record import DeliveryChannel, DeliveryStatus
from rules.network import Network
from rules.planning.siblings import QUESTION
from rules.vocabulary import ApplicationStatus, CommitmentKind, Word
from rules.workdays import SHANGHAI


class Act(Word):
    """An act of the agent; the word is the last part of its form's address."""

    SUPPLY = "supply", "登记收到的材料"
    COMMIT = "commit", "交来申请人签署的承诺书"
    REMIND = "remind", "催办"
    MILESTONE = "milestone", "报告里程碑"
    SIBLINGS = "siblings", "决定其余事项"
    SEND = "send", "寄出（取走）结果"
    DELIVER = "deliver", "登记送达"
    FAIL = "fail", "登记未能送达"
    CONFIRM = "confirm", "代交送达回证"
    APPOINT = "appoint", "预约部门"
    GREEN = "green", "进入绿色通道"
    GREEN_END = "green-end", "退出绿色通道"
    HEARING = "hearing", "代为申请听证"
    STATEMENT = "statement", "转交陈述、申辩"
    CANCELLATION = "cancellation", "申请注销许可"
    WITHDRAW = "withdraw", "撤件"


class Reminder(Body):
    """Which department is reminded, and why."""

    item: Name
    reason: Prose | None = None


class OfItem(Body):
    """The item that is meant."""

    item: Name


#: What may be chosen in the first field of each act that is open: value and label.
Open = Mapping[Act, tuple[tuple[str, str], ...]]


def acts_for(
    report: ApplicationReport, network: Network, materials: Sequence[NeededMaterial], called: Callable[[str], str] = str
) -> Open:
    """Return the acts that fit where an application stands; whether this agent may is for the engagement to say."""
    going = report.status not in AFTERWARDS
    open_: dict[Act, tuple[tuple[str, str], ...]] = {}
    if not report.complete:
        open_[Act.SUPPLY] = tuple((each.name, each.name) for each in materials if each.missing)
    if going:
        open_[Act.COMMIT] = tuple(
            (f"{item.code}/{kind.value}", f"{called(item.name)} · {kind.zh}")
            for item, line in zip(network.items, report.lines, strict=True)
            if line.status is None
            for kind, offered in (
                (CommitmentKind.TOLERANCE, item.terms.tolerance is not None),
                (CommitmentKind.NOTIFIED, offers_notification(item)),
            )
            if offered
        )
        open_[Act.REMIND] = tuple(
            (line.item, _named(line, called)) for line in report.lines if line.status in DEPARTMENTS_TURN
        )
        open_[Act.MILESTONE] = tuple(
            (each.code, each.name) for each in report.milestones if each.opened_at and not each.reached_at
        )
    if any(wait.what == QUESTION for wait in report.waits):
        open_[Act.SIBLINGS] = (("continue", "继续办理"), ("cancel", "终止办理"))
    open_ |= _of_deliveries(report)
    if report.status is ApplicationStatus.DELIVERED and report.closing.confirmed_at is None:
        open_[Act.CONFIRM] = (("", ""),)
    # A result may be fetched by appointment when everything else is over.
    open_[Act.APPOINT] = () if report.complete else tuple((line.item, _named(line, called)) for line in report.lines)
    if going:
        open_[Act.GREEN if report.green is None else Act.GREEN_END] = (("", ""),)
    for say in Say:  # each is handed in by the act of the same word
        open_[Act(say.value)] = tuple((line.item, _named(line, called)) for line in report.lines if say in line.sayable)
    if going and report.withdrawal_requested_at is None:
        open_[Act.WITHDRAW] = (("", ""),)
    return {act: choices for act, choices in open_.items() if choices}


def _named(line: Line, called: Callable[[str], str]) -> str:
    return f"{called(line.department_name)} · {called(line.name)}"


def _of_deliveries(report: ApplicationReport) -> dict[Act, tuple[tuple[str, str], ...]]:
    waiting = [each for each in report.closing.deliveries if each.channel is not DeliveryChannel.ONLINE]
    under_way = [each for each in waiting if each.status in (DeliveryStatus.PREPARED, DeliveryStatus.SENT)]
    to_send = [
        each
        for each in under_way
        if each.status is DeliveryStatus.PREPARED and each.channel is not DeliveryChannel.WINDOW
    ]
    named = tuple((each.item, f"{each.name} · {each.channel.zh}") for each in under_way)
    return {
        Act.SEND: tuple((each.item, f"{each.name} · {each.channel.zh}") for each in to_send),
        Act.DELIVER: named,
        Act.FAIL: named,
    }


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something to which application, when, in which transaction."""

    session: AsyncSession
    number: str
    actor: Actor
    now: datetime

    @property
    def signed(self) -> dict[str, Any]:
        """The actor and the time, as every use case asks for them."""
        return {"actor": self.actor, "now": self.now}


#: The forms of an act by what they are checked as; what several say together is the act's.
BODIES: Final[Mapping[Act, tuple[type[BaseModel], ...]]] = MappingProxyType(
    {
        Act.SUPPLY: (MaterialsBrought,),
        Act.COMMIT: (PromiseForm,),
        Act.REMIND: (Reminder,),
        Act.MILESTONE: (MilestoneReport,),
        Act.SIBLINGS: (SiblingsAnswer,),
        Act.SEND: (OfItem, Sending),
        Act.DELIVER: (OfItem, Evidence),
        Act.FAIL: (OfItem, Failure),
        Act.CONFIRM: (Receipt,),
        Act.APPOINT: (AppointmentRequest,),
        Act.GREEN: (GreenChannelRequest,),
        Act.GREEN_END: (Why,),
        Act.HEARING: (OfItem, HearingRequest),
        Act.STATEMENT: (OfItem, Statement),
        Act.CANCELLATION: (OfItem, CancellationRequest),
        Act.WITHDRAW: (WithdrawalRequest,),
    }
)
#: Fields that hold several values, and the fields of ``commit`` that one choice fills.
_MANY: Final = frozenset({"names", "materials"})


def read(act: Act, sent: Mapping[str, list[str]]) -> tuple[BaseModel, ...]:
    """Check what a form sent as the act's bodies. Raises pydantic's ValidationError."""
    given: dict[str, Any] = {}
    for name, values in sent.items():
        filled = tuple(value.strip() for value in values if value.strip())
        if filled:
            given[name] = filled if name in _MANY else filled[0]
    if act is Act.COMMIT and "promise" in given:
        given["item"], _, given["kind"] = given.pop("promise").partition("/")
    if isinstance(at := given.get("planned_at"), str):
        given["planned_at"] = in_office_time(at)
    return tuple(
        body.model_validate({name: given[name] for name in body.model_fields if name in given}) for body in BODIES[act]
    )


def in_office_time(written: str) -> str:
    """Say of a time that a browser's field writes, which has no zone, that it is the office's."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).isoformat()


async def perform(doing: Doing, act: Act, bodies: tuple[Any, ...]) -> None:
    """Do it, by the use case that the API calls too. Raises what that raises."""
    await _USE_CASES[act](doing, *bodies)


async def _supply(doing: Doing, form: MaterialsBrought) -> None:
    await progress.supply_materials(doing.session, doing.number, form.names, **doing.signed)


async def _commit(doing: Doing, form: PromiseForm) -> None:
    await commitments.take(doing.session, doing.number, form.promise(), **doing.signed)


async def _remind(doing: Doing, form: Reminder) -> None:
    await reminding.remind(doing.session, doing.number, form.item, form.reason, **doing.signed)


async def _milestone(doing: Doing, form: MilestoneReport) -> None:
    asked = {"happened_on": form.happened_on, **doing.signed}
    await progress.report_milestone(doing.session, doing.number, form.milestone, **asked)


async def _siblings(doing: Doing, form: SiblingsAnswer) -> None:
    await revising.decide_siblings(doing.session, doing.number, form.decision, reason=form.reason, **doing.signed)


async def _send(doing: Doing, of: OfItem, form: Sending) -> None:
    evidence = form.model_dump(mode="json", exclude_none=True)
    await handing.send(doing.session, doing.number, of.item, evidence, **doing.signed)


async def _deliver(doing: Doing, of: OfItem, form: Evidence) -> None:
    evidence = form.model_dump(mode="json", exclude_none=True)
    await handing.deliver(doing.session, doing.number, of.item, evidence, **doing.signed)


async def _fail(doing: Doing, of: OfItem, form: Failure) -> None:
    await handing.fail(doing.session, doing.number, of.item, form.reason, **doing.signed)


async def _confirm(doing: Doing, form: Receipt) -> None:
    await closing.confirm(doing.session, doing.number, receipt=form.receipt, **doing.signed)


async def _appoint(doing: Doing, form: AppointmentRequest) -> None:
    await appointments.book(doing.session, doing.number, form.wanted(), **doing.signed)


async def _green(doing: Doing, form: GreenChannelRequest) -> None:
    await priorities.open_green_channel(
        doing.session,
        doing.number,
        authority=form.authority,
        document=form.document,
        reason=form.reason,
        **doing.signed,
    )


async def _green_end(doing: Doing, form: Why) -> None:
    await priorities.end_green_channel(doing.session, doing.number, reason=form.reason, **doing.signed)


async def _hearing(doing: Doing, of: OfItem, form: HearingRequest) -> None:
    await statements.request_hearing(doing.session, doing.number, of.item, by=form.by, **doing.signed)


async def _statement(doing: Doing, of: OfItem, form: Statement) -> None:
    await statements.state_case(doing.session, doing.number, of.item, **form.model_dump(), **doing.signed)


async def _cancellation(doing: Doing, of: OfItem, form: CancellationRequest) -> None:
    await statements.request_cancellation(doing.session, doing.number, of.item, **form.model_dump(), **doing.signed)


async def _withdraw(doing: Doing, form: WithdrawalRequest) -> None:
    asked, signed = form.reason, form.applicant_request
    await progress.request_withdrawal(
        doing.session, doing.number, reason=asked, applicant_request=signed, **doing.signed
    )


_USE_CASES: Final[Mapping[Act, Callable[..., Awaitable[None]]]] = MappingProxyType(
    {
        Act.SUPPLY: _supply,
        Act.COMMIT: _commit,
        Act.REMIND: _remind,
        Act.MILESTONE: _milestone,
        Act.SIBLINGS: _siblings,
        Act.SEND: _send,
        Act.DELIVER: _deliver,
        Act.FAIL: _fail,
        Act.CONFIRM: _confirm,
        Act.APPOINT: _appoint,
        Act.GREEN: _green,
        Act.GREEN_END: _green_end,
        Act.HEARING: _hearing,
        Act.STATEMENT: _statement,
        Act.CANCELLATION: _cancellation,
        Act.WITHDRAW: _withdraw,
    }
)

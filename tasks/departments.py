"""Tell a department's system something, over HTTP or through its inbox."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import httpx
import orjson
from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from casework import endpoints, messages, stuck_messages
from casework.messages import OutgoingMessage, Undelivered
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.settings import settings
from rules.catalog import Channel
from rules.retrying import Admission
from rules.vocabulary import MessageKind, StuckState
from tasks.channels import WAYS, Letter
from tasks.enclosures import enclosed
from tasks.policy import EFFECT, GarbledAnswerError, Trouble, is_last_attempt, is_transient, retry_after, trouble

log = get_logger("departments")

_MAX_ERROR: Final = 500
_MAX_RECEIPT: Final = 200
#: Real seconds beyond a request's own time after which the permit of a worker that died ends.
_LEASE_MARGIN: Final = 5.0
#: Real seconds that a message waits beside others of this process before it is put off.
_TURN_SECONDS: Final = 0.3
#: Names of the states of a message that was not delivered, and of which our tables know.
HELD: Final = StuckState.HELD.zh
REJECTED: Final = StuckState.REJECTED.zh
PARKED: Final = StuckState.PARKED.zh
DEFERRED: Final = StuckState.DEFERRED.zh
UNDELIVERED: Final = frozenset({HELD, REJECTED, PARKED, DEFERRED})
_NAMES: Final = {Undelivered.HELD: HELD, Undelivered.REJECTED: REJECTED, Undelivered.PARKED: PARKED}

# A process lets no more of its messages ask for a permit at once than could get one.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[str, asyncio.Semaphore]] = WeakKeyDictionary()


@task(task_run_name="{label}", **EFFECT)
async def send(message: UUID, label: str) -> State[None]:
    """Deliver one message to its department.

    The message id is the Idempotency-Key, so a repeated delivery has no second effect. Trouble that may pass is
    retried by Prefect; when it does not pass, the message is held and tried again by the clock, or when the department
    is back, and in the end parked. A refusal goes to a person. A message whose endpoint is busy or left alone waits for
    its turn without holding a place here. All end as Failed with a name of their own; what is neither raises.
    """
    async with transaction() as session:
        outgoing = await messages.load(session, message)
    if outgoing.settled:
        return Completed(message="无需再送达")
    if outgoing.channel == Channel.INBOX:
        return await _arrived(outgoing, None)
    turns = _turns.setdefault(asyncio.get_running_loop(), defaultdict(_new_turns))[outgoing.department]
    try:
        await asyncio.wait_for(turns.acquire(), _TURN_SECONDS)
    except TimeoutError:
        return await _defer(message, Admission.FULL)
    try:
        return await _send_to_endpoint(outgoing)
    finally:
        turns.release()


def _new_turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(settings().department_at_once)


async def _send_to_endpoint(outgoing: OutgoingMessage) -> State[None]:
    async with transaction() as session:
        answer = await endpoints.admit(
            session,
            outgoing.id,
            outgoing.department,
            at_once=settings().department_at_once,
            lease=lease(),
            now=clock.wall_now(),
        )
    if answer is not Admission.GO:
        return await _defer(outgoing.id, answer)
    try:
        receipt = await _deliver(outgoing)
    except Exception as error:
        kind = trouble(error)
        if kind is None:
            raise  # a mistake of ours; the permit ends by itself
        return await _failed(outgoing, error, kind)
    return await _arrived(outgoing, receipt)


def lease() -> timedelta:
    """Say for how long a permit holds: a request cannot take longer."""
    return timedelta(seconds=settings().dispatch_timeout_seconds + _LEASE_MARGIN)


async def _arrived(outgoing: OutgoingMessage, receipt: str | None) -> State[None]:
    async with transaction() as session:
        await messages.record_delivered(session, outgoing.id, receipt_number=receipt, now=clock.now())
        if outgoing.channel != Channel.INBOX:
            await endpoints.succeed(session, outgoing.id, outgoing.department, now=clock.wall_now())
    log.info("message_delivered", department=outgoing.department, item=outgoing.item.code, kind=outgoing.kind.value)
    return Completed(message=receipt)


async def _defer(message: UUID, answer: Admission) -> State[None]:
    why = "部门系统暂停送达，恢复后自动重试" if answer is Admission.REST else None
    async with transaction() as session:
        await stuck_messages.defer(session, message, why=why, wall=clock.wall_now(), now=clock.now())
    return Failed(name=DEFERRED, message=why or "部门系统繁忙，等候送达")


async def _failed(outgoing: OutgoingMessage, error: Exception, kind: Trouble) -> State[None]:
    """Tell the circuit what the endpoint did, and record what becomes of the message unless it is tried at once."""
    text = f"{type(error).__name__}: {error}"[:_MAX_ERROR]
    again = is_transient(error) and not is_last_attempt()
    asked = retry_after(error) if kind in (Trouble.BUSY, Trouble.PASSING) else None
    async with transaction() as session:
        became = None if again else await _undelivered(session, outgoing, text, kind, asked)
        if kind is Trouble.REFUSED:
            await endpoints.succeed(session, outgoing.id, outgoing.department, now=clock.wall_now())
        else:
            rest_until = None if asked is None else clock.wall_now() + timedelta(seconds=asked)
            await endpoints.fail(
                session, outgoing.id, outgoing.department, error=text, now=clock.wall_now(), rest_until=rest_until
            )
    log.warning("message_undelivered", message=str(outgoing.id), error=text, became=became)
    if became is None:
        raise error
    return Failed(name=_NAMES[became], message=text)


async def _undelivered(
    session: Any, outgoing: OutgoingMessage, text: str, kind: Trouble, asked: float | None
) -> Undelivered:
    now = clock.now()
    return await messages.record_undelivered(
        session,
        outgoing.id,
        error=text,
        rejected=kind is Trouble.REFUSED,
        now=now,
        retry_at=None if asked is None else now + clock.office_span(asked),
        park_after=timedelta(hours=settings().park_after_hours),
    )


async def _deliver(outgoing: OutgoingMessage) -> str | None:
    letter = Letter(
        outgoing.department, outgoing.endpoint, _path(outgoing), str(outgoing.id), orjson.dumps(envelope(outgoing))
    )
    answer = await WAYS[Channel(outgoing.channel)].deliver(letter)
    if answer is None or outgoing.kind is not MessageKind.DISPATCHED:
        return None
    return _receipt_number(answer)


def _path(outgoing: OutgoingMessage) -> str:
    if outgoing.kind is MessageKind.DISPATCHED:
        return "/assignments"
    if outgoing.kind is MessageKind.OPINION_ASKED:
        return "/opinions"
    if opinion := outgoing.body.get("opinion"):
        return f"/opinions/{opinion}/messages"
    return f"/assignments/{outgoing.assignment}/messages"


def _receipt_number(response: httpx.Response) -> str:
    try:
        number = str(response.json()["receipt_number"])
    except (ValueError, KeyError, TypeError) as error:
        raise GarbledAnswerError("部门系统的应答没有收件编号 receipt_number") from error
    if not number.isprintable() or not 0 < len(number) <= _MAX_RECEIPT:
        raise GarbledAnswerError(f"部门系统的收件编号应为 1 至 {_MAX_RECEIPT} 个可见字符")
    return number


def envelope(outgoing: OutgoingMessage) -> dict[str, Any]:
    """Wrap a message as a CloudEvents 1.0 structured-mode envelope."""
    return {
        "specversion": "1.0",
        "id": str(outgoing.id),
        "source": f"daiban/{settings().city_division}",
        "type": f"daiban.assignment.{outgoing.kind}",
        "subject": outgoing.body.get("opinion") or str(outgoing.assignment),
        "time": outgoing.created_at.isoformat(),
        "datacontenttype": "application/json",
        "data": _content(outgoing),
    }


def _content(outgoing: OutgoingMessage) -> dict[str, Any]:
    match outgoing.kind:
        case MessageKind.DISPATCHED:
            return _dispatch(outgoing)
        case MessageKind.OPINION_ASKED:
            return _question(outgoing)
        case MessageKind.MATERIALS_ADDED | MessageKind.REOPENED:
            return {**outgoing.body, "materials": [enclosed(m, outgoing) for m in outgoing.body["materials"]]}
        case _:
            return outgoing.body


def _question(outgoing: OutgoingMessage) -> dict[str, Any]:
    """Tell a department of another one's item all it needs to have an opinion."""
    asked = _dispatch(outgoing)
    shared = ("application", "project", "applicant", "item", "materials")
    return {
        **{name: asked[name] for name in shared},
        "lead": outgoing.item.department,
        "department": outgoing.department,
        **outgoing.body,
        "callback": f"{settings().portal_url}/api/v1/opinions/{outgoing.body['opinion']}/events",
    }


def _dispatch(outgoing: OutgoingMessage) -> dict[str, Any]:
    item = outgoing.item
    limits = {"legal": item.legal, "promised": item.promised}
    return {
        "assignment": str(outgoing.assignment),
        "application": outgoing.application,
        "project": {"name": outgoing.project},
        "applicant": {"name": outgoing.applicant, "credit_code": outgoing.credit_code},
        "item": {"code": item.code, "name": item.name},
        "department": outgoing.department,
        "round": outgoing.round,
        "limits": {
            name: {"days": limit.days, "unit": limit.unit, "start": limit.start} for name, limit in limits.items()
        },
        "materials": [
            enclosed({"name": m.name, "deferrable": m.deferrable, "provided": m.name in outgoing.provided}, outgoing)
            for m in item.materials
        ],
        "commitments": list(outgoing.commitments),
        "awaits": list(outgoing.awaits),
        "procedures": [
            {"kind": each.kind, "name": each.name, "basis": each.basis, "max_days": each.max_days}
            for each in item.terms.procedures
        ],
        "extension": {"days": item.legal.extension, "approver_level": item.terms.extension_approver},
        "site_visit": item.terms.site_visit,
        "quantity_limited": item.terms.quantity_limited,
        "callback": f"{settings().portal_url}/api/v1/assignments/{outgoing.assignment}/events",
        **outgoing.body,  # of an assignment taken over: from whom, and what of its time is used
    }

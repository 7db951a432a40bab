"""Tell a department's system something, over HTTP or through its inbox."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import httpx
import orjson
from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from casework import messages
from casework.messages import OutgoingMessage
from kit import clock, protocol
from kit.database import transaction
from kit.http import shared_client
from kit.logs import get_logger
from kit.settings import settings
from kit.signing import SecretError, department_secret, sign
from rules.catalog import Channel
from rules.vocabulary import MessageKind
from tasks.policy import EFFECT, is_last_attempt, is_transient

log = get_logger("departments")

_MAX_ERROR: Final = 500
_MAX_RECEIPT: Final = 200
#: A department that is just changing its secret or its address answers so: tried again, not given up.
_MISCONFIGURED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
#: Names of the states of a message that was not delivered, and of which our tables know.
HELD: Final = "受阻待重试"
REJECTED: Final = "部门拒收"


class DepartmentRefusedError(Exception):
    """The department's system refused a message; retrying will not help, a person must look."""


@task(task_run_name="{label}", **EFFECT)
async def send(message: UUID, label: str) -> State[None]:
    """Deliver one message to its department.

    The message id is the Idempotency-Key, so a repeated delivery has no second effect. Trouble that may pass is
    retried by Prefect; when it does not pass, the message is held and tried again by the clock. A refusal goes to a
    person. Both end as Failed with a name of their own; what is neither raises.
    """
    async with transaction() as session:
        outgoing = await messages.load(session, message)
    if outgoing.settled:
        return Completed(message="无需再送达")
    try:
        receipt = await _deliver(outgoing)
    except (httpx.HTTPError, httpx.InvalidURL, DepartmentRefusedError, SecretError) as error:
        if is_transient(error) and not is_last_attempt():
            raise
        return await _record_failure(message, error)
    async with transaction() as session:
        await messages.record_delivered(session, message, receipt_number=receipt, now=clock.now())
    log.info("message_delivered", department=outgoing.department, item=outgoing.item.code, kind=outgoing.kind.value)
    return Completed(message=receipt)


async def _record_failure(message: UUID, error: Exception) -> State[None]:
    rejected = not (is_transient(error) or _is_misconfigured(error))
    text = f"{type(error).__name__}: {error}"[:_MAX_ERROR]
    async with transaction() as session:
        await messages.record_undelivered(session, message, error=text, rejected=rejected, now=clock.now())
    log.warning("message_undelivered", message=str(message), error=text, rejected=rejected)
    return Failed(name=REJECTED if rejected else HELD, message=text)


def _is_misconfigured(error: Exception) -> bool:
    """Tell trouble that ends when somebody mends a setting, ours or the department's."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in _MISCONFIGURED
    return isinstance(error, SecretError | httpx.InvalidURL)


async def _deliver(outgoing: OutgoingMessage) -> str | None:
    if outgoing.channel == Channel.INBOX:
        return None
    if outgoing.channel != Channel.PUSH or outgoing.endpoint is None:
        raise DepartmentRefusedError(f"渠道 {outgoing.channel} 未开通")
    endpoint = outgoing.endpoint.replace("{departments}", settings().department_base_url)
    path = _path(outgoing)
    body = orjson.dumps(envelope(outgoing))
    headers = {
        "Content-Type": "application/cloudevents+json",
        "Idempotency-Key": str(outgoing.id),
        protocol.HEADER: protocol.VERSION,
        **sign(department_secret(outgoing.department), str(outgoing.id), body),
    }
    response = await shared_client().post(endpoint + path, content=body, headers=headers)
    if response.is_redirect:
        raise DepartmentRefusedError(f"{response.status_code}: 部门系统要求转向，拒绝跟随")
    response.raise_for_status()
    if outgoing.kind is not MessageKind.DISPATCHED:
        return None
    return _receipt_number(response)


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
        raise DepartmentRefusedError("部门系统的应答没有收件编号 receipt_number") from error
    if not number.isprintable() or not 0 < len(number) <= _MAX_RECEIPT:
        raise DepartmentRefusedError(f"部门系统的收件编号应为 1 至 {_MAX_RECEIPT} 个可见字符")
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
            {"name": m.name, "deferrable": m.deferrable, "provided": m.name in outgoing.provided}
            for m in item.materials
        ],
        "commitments": list(outgoing.commitments),
        "awaits": list(outgoing.awaits),
        "procedures": [
            {"kind": each.kind, "name": each.name, "basis": each.basis, "max_days": each.max_days}
            for each in item.terms.procedures
        ],
        "extension": {"days": item.legal.extension, "approver_level": item.terms.extension_approver},
        "callback": f"{settings().portal_url}/api/v1/assignments/{outgoing.assignment}/events",
        **outgoing.body,  # of an assignment taken over: from whom, and what of its time is used
    }

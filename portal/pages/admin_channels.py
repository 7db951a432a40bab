"""Administration of channels: how each department is reached, its secrets' state, and what did not get through."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from casework import administration, inboxes, letters
from casework.endpoint_health import endpoint_health
from casework.queries import department_codes
from casework.stuck_messages import stuck_messages
from kit.clock import wall_now
from kit.settings import away_since
from kit.signing import secret_state
from portal.dependencies import Now, Session
from portal.pages.administering import AsAdministrator, led_to, one
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of
from rules.catalog import Channel
from rules.notifying import ContactChannel

router = APIRouter(prefix="/admin/channels", route_class=PageRoute)
_SHOWN: Final = 100


@router.get("")
async def show_channels(request: Request, seen: AsAdministrator, session: Session) -> Response:
    """Every department's endpoint and secrets, messages that wait, and letters that could not be written."""
    wall = wall_now()
    health = await endpoint_health(session, wall=wall, away_since=away_since(wall))
    return page(
        request,
        "admin_channels.html",
        seen,
        health=health,
        secrets={code: secret_state(code) for code in await department_codes(session)},
        stuck=await stuck_messages(session, limit=_SHOWN),
        parked=await letters.parked(session),
    )


@router.post("/assignments/{assignment}")
async def choose_channel(
    request: Request, seen: AsAdministrator, session: Session, now: Now, assignment: UUID, sent: SentForm
) -> Response:
    """Let one assignment go by the inbox instead of its department's system, or by that again."""
    channel = Channel.INBOX if one(sent, "channel") == Channel.INBOX else None
    reason = one(sent, "reason", required=True)
    await inboxes.choose_channel(session, assignment, channel, reason=reason, actor=actor_of(request, seen), now=now)
    return led_to("/admin/channels")


@router.post("/letters/{person}/{channel}")
async def send_again(
    request: Request,
    seen: AsAdministrator,
    session: Session,
    now: Now,
    person: Annotated[int, Path(ge=1, lt=2**31)],
    channel: ContactChannel,
    _: SentForm,
) -> Response:
    """Let letters that could not be written be tried again."""
    await letters.send_again(session, person, channel, wall=wall_now())
    actor, details = actor_of(request, seen), {"channel": channel.value}
    await administration.record(session, "letters.sent_again", str(person), actor=actor, now=now, details=details)
    return led_to("/admin/channels")

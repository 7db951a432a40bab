"""What somebody was told, and how they want to be written to besides."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from casework import notification_inbox
from casework.notification_inbox import Preference
from casework.report_letters import WATCHERS
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.fields import MAILBOX
from portal.pages.administering import led_to, one
from portal.pages.rendering import CHINESE, ENGLISH, page
from portal.pages.visiting import Anybody, PageRoute, SentForm
from rules.notifying import Digest

router = APIRouter(prefix="/notifications", route_class=PageRoute)
_SHOWN: Final = 50
_EMAIL: Final = re.compile(MAILBOX)
_WEBHOOK: Final = re.compile(r"https://[^\s/?#@]+(?:[/?][^\s#]*)?")


@router.get("")
async def show(
    request: Request,
    seen: Anybody,
    session: Session,
    everything: Annotated[bool, Query(alias="all")] = False,
    before: Annotated[int | None, Query(ge=1, lt=2**62)] = None,
    done: str = "",
) -> Response:
    """A person's notifications, the newest first, and their wishes."""
    account = seen.caller.account
    lines = await notification_inbox.notifications(
        session, account, everything=everything, limit=_SHOWN + 1, before=before
    )
    return page(
        request,
        "notifications.html",
        seen,
        lines=lines[:_SHOWN],
        following=lines[_SHOWN - 1].id if len(lines) > _SHOWN else None,
        everything=everything,
        wish=await notification_inbox.preference(session, account),
        digests=list(Digest),
        watching=not seen.caller.roles.isdisjoint(WATCHERS),
        done=bool(done),
    )


@router.post("/read")
async def mark_read(seen: Anybody, session: Session, now: Now, sent: SentForm) -> Response:
    """Note that everything shown has been read; what came meanwhile has not."""
    upto = one(sent, "upto", required=True)
    if not (upto.isascii() and upto.isdigit() and len(upto) < 19):
        raise InvalidRequestError("表单不完整，请刷新页面后重试", errors=[])
    await notification_inbox.mark_read(session, seen.caller.account, upto=int(upto), now=now)
    return led_to("/notifications")


@router.post("/preferences")
async def prefer(seen: Anybody, session: Session, sent: SentForm) -> Response:
    """Keep how somebody wants to be written to."""
    digest = one(sent, "digest", required=True)
    if digest not in set(Digest):
        raise InvalidRequestError("没有这种发送方式", errors=[])
    language = ENGLISH if one(sent, "language") == ENGLISH else CHINESE
    email = _checked(_EMAIL, one(sent, "email"), "email", "电子邮件地址不正确")
    webhook = _checked(_WEBHOOK, one(sent, "webhook"), "webhook", "Webhook 须是 https 地址")
    watching = not seen.caller.roles.isdisjoint(WATCHERS)
    wish = Preference(language, Digest(digest), email, webhook, watching and one(sent, "daily_report") == "yes")
    await notification_inbox.prefer(session, seen.caller.account, wish)
    return led_to("/notifications?done=1")


def _checked(form: re.Pattern[str], typed: str, name: str, message: str) -> str | None:
    if typed and not form.fullmatch(typed):
        raise InvalidRequestError(message, errors=[{"location": name, "message": message}])
    return typed or None

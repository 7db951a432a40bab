"""Write to people of the office what they are owed, by e-mail and webhook; trouble with one stops no other."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from casework import letters, notifying
from casework.letters import Letter, News
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.mail import MailError, send_mail
from kit.settings import settings
from kit.signing import SecretError
from kit.webhooks import WebhookError, post
from rules.notifying import ContactChannel

log = get_logger("letters")

_AT_ONCE: Final = 50
_LEASE: Final = timedelta(minutes=2)
_LEASE_SECONDS: Final = 30.0


async def tell_people() -> int:
    """Turn the news of applications into notifications, each application in its own transaction; return how many."""
    async with transaction() as session:
        taken = await notifying.take_news(session, limit=_AT_ONCE, lease_seconds=_LEASE_SECONDS)
    told = 0
    for owed in taken:
        try:
            async with transaction() as session:
                told += await notifying.tell(session, owed, wall=clock.wall_now())
        except Exception:
            # It stays, and comes back when its lease ends; the others are told.
            log.exception("telling_failed", application_id=owed.application_id)
    return told


async def send_letters() -> int:
    """Send what is due; return how many letters went out."""
    async with transaction() as session:
        taken = await letters.take(session, limit=_AT_ONCE, lease=_LEASE, wall=clock.wall_now())
    sent = 0
    for letter in taken:
        sent += await _settled(letter)
    return sent


async def _settled(letter: Letter) -> bool:
    """Send one letter and record what became of it; tell whether it went out."""
    error, final = await attempt(letter.address, lambda address: _SENDERS[letter.channel](address, letter))
    async with transaction() as session:
        if not error:
            await letters.record_sent(session, letter, wall=clock.wall_now())
            return True
        parked = await letters.record_failed(session, letter, error=error, final=final, wall=clock.wall_now())
    log.warning("letter_not_sent", channel=letter.channel.value, error=error, parked=parked)
    return False


async def attempt(address: str | None, send: Callable[[str], Awaitable[None]]) -> tuple[str, bool]:
    """Send; return what went wrong, or nothing, and whether trying again is of no use."""
    if address is None:
        return "no address any more", True
    try:
        await send(address)
    except (MailError, WebhookError) as trouble:
        return str(trouble), trouble.final
    except SecretError as trouble:
        return str(trouble), False
    return "", True


async def _mail(address: str, letter: Letter) -> None:
    await send_mail(address, subject(letter), body(letter))


async def _post(address: str, letter: Letter) -> None:
    content = [
        {
            "topic": news.topic.value,
            "at": news.at.isoformat(),
            "application": news.number,
            "project": news.project,
            "item": news.item,
        }
        for news in letter.news
    ]
    # `title` and `text` are what the webhook of the automations gets, too.
    await post(address, {"title": subject(letter), "text": body(letter), "news": content})


_SENDERS: Final[Mapping[ContactChannel, Callable[[str, Letter], Awaitable[None]]]] = MappingProxyType(
    {ContactChannel.EMAIL: _mail, ContactChannel.WEBHOOK: _post}
)


def subject(letter: Letter) -> str:
    """Say in one line what a letter is about, in the language of its reader."""
    first, chinese = letter.news[0], letter.language == "zh"
    if len(letter.news) > 1:
        return f"代办：{len(letter.news)} 条通知" if chinese else f"Daiban: {len(letter.news)} notifications"
    return f"代办：{_topic(first, letter)} · {first.project}" if chinese else f"Daiban: {_topic(first, letter)}"


def body(letter: Letter) -> str:
    """Write a letter; what it tells stands in the portal, where its reader must sign in for more."""
    lines = [
        " · ".join(filter(None, (_topic(news, letter), news.project, news.number, news.item))) for news in letter.news
    ]
    where = f"{settings().portal_url.rstrip('/')}/notifications"
    closing = f"详情请登录：{where}" if letter.language == "zh" else f"Sign in for more: {where}"
    return "\n".join([*lines, "", closing, ""])


def _topic(news: News, letter: Letter) -> str:
    return news.topic.zh if letter.language == "zh" else news.topic.value

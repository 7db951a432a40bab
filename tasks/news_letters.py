"""Tell people of the office what is new, and write it to them by e-mail and webhook."""

from typing import Final

from casework import notifying
from casework.news_letters import News, NewsLetter
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.mail import send_mail
from kit.settings import settings
from kit.webhooks import post
from rules.notifying import ContactChannel

log = get_logger("letters")

_AT_ONCE: Final = 50
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


async def send_news(address: str, letter: NewsLetter) -> None:
    """Send a letter to somebody of the office."""
    if letter.channel is ContactChannel.EMAIL:
        await send_mail(address, subject(letter), body(letter))
        return
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


def subject(letter: NewsLetter) -> str:
    """Say in one line what a letter is about, in the language of its reader."""
    first, chinese = letter.news[0], letter.language == "zh"
    if len(letter.news) > 1:
        return f"代办：{len(letter.news)} 条通知" if chinese else f"Daiban: {len(letter.news)} notifications"
    return f"代办：{_topic(first, letter)} · {first.project}" if chinese else f"Daiban: {_topic(first, letter)}"


def body(letter: NewsLetter) -> str:
    """Write a letter; what it tells stands in the portal, where its reader must sign in for more."""
    lines = [
        " · ".join(filter(None, (_topic(news, letter), news.project, news.number, news.item))) for news in letter.news
    ]
    where = f"{settings().portal_url.rstrip('/')}/notifications"
    closing = f"详情请登录：{where}" if letter.language == "zh" else f"Sign in for more: {where}"
    return "\n".join([*lines, "", closing, ""])


def _topic(news: News, letter: NewsLetter) -> str:
    return news.topic.zh if letter.language == "zh" else news.topic.value

"""Write to applicants what they are owed, by e-mail and text message; trouble with one stops no other."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from casework import applicant_letters
from casework.applicant_letters import ApplicantLetter
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.mail import send_mail
from kit.settings import settings
from kit.webhooks import WebhookError, post
from rules.notifying import ApplicantChannel
from tasks.letters import attempt

log = get_logger("letters")

_AT_ONCE: Final = 200
_LEASE: Final = timedelta(minutes=2)


async def write_to_applicants() -> int:
    """Send what is due; return how many letters went out."""
    async with transaction() as session:
        taken = await applicant_letters.take(session, limit=_AT_ONCE, lease=_LEASE, wall=clock.wall_now())
    sent = 0
    for letter in taken:
        sent += await _settled(letter)
    return sent


async def _settled(letter: ApplicantLetter) -> bool:
    """Send one letter and record what became of it; tell whether it went out."""
    error, final = await attempt(letter.address, lambda address: _SENDERS[letter.channel](address, letter))
    async with transaction() as session:
        if not error:
            await applicant_letters.record_sent(session, letter, wall=clock.wall_now())
            return True
        parked = await applicant_letters.record_failed(session, letter, error=error, final=final, wall=clock.wall_now())
    log.warning("letter_not_sent", application=letter.number, channel=letter.channel.value, error=error, parked=parked)
    return False


async def _mail(address: str, letter: ApplicantLetter) -> None:
    await send_mail(address, subject(letter), body(letter))


async def _text(address: str, letter: ApplicantLetter) -> None:
    gateway = settings().sms_webhook
    if gateway is None:
        raise WebhookError("DAIBAN_SMS_WEBHOOK is not set", final=False)
    await post(gateway, {"mobile": address, "text": text_message(letter)})


_SENDERS: Final[Mapping[ApplicantChannel, Callable[[str, ApplicantLetter], Awaitable[None]]]] = MappingProxyType(
    {ApplicantChannel.EMAIL: _mail, ApplicantChannel.SMS: _text}
)


def subject(letter: ApplicantLetter) -> str:
    """Say in one line what a mail is about, in the language of its reader."""
    first, count = letter.titles[0], len(letter.titles)
    if letter.language == "zh":
        return f"代办：{first} · {letter.project}" if count == 1 else f"代办：{count} 项告知 · {letter.project}"
    return f"Daiban: {count} new notice{'s' if count > 1 else ''} · {letter.project}"


def body(letter: ApplicantLetter) -> str:
    """Write a mail: which notices there are, where they are read, and how to be written to no more."""
    listed = [f"- {title}" for title in letter.titles]
    where = _where(letter)
    if letter.language == "zh":
        opening = f"{letter.project}（{letter.number}）有新的告知："
        closing = [
            f"查看进度、补交材料和下载文书：{where}",
            "查询码见登记时给您的回执。本邮件只作提醒，不代替告知和送达。",
            "不再需要提醒，可在该页面的“消息提醒”处停用。",
        ]
    else:
        opening = f"There are new notices for {letter.project} ({letter.number}):"
        closing = [
            f"Follow it, bring materials and fetch documents: {where}",
            "You were given the tracking code at registration. This mail is a reminder only; it serves no notice.",
            "To stop these mails, use “Reminders” on that page.",
        ]
    return "\n".join([opening, "", *listed, "", *closing, ""])


def text_message(letter: ApplicantLetter) -> str:
    """Write a text message: short, for each costs by its length."""
    count, where = len(letter.titles), _where(letter)
    if letter.language == "zh":
        told = letter.titles[0] if count == 1 else f"{letter.titles[0]}等 {count} 项告知"
        return f"【代办】{letter.project}：{told}。查看：{where}"
    return f"[Daiban] {letter.project}: {count} new notice{'s' if count > 1 else ''}. {where}"


def _where(letter: ApplicantLetter) -> str:
    return f"{settings().portal_url.rstrip('/')}/track?number={letter.number}"

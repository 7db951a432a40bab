"""Write the letters that are owed, by e-mail, webhook and text message; trouble with one stops no other."""

from datetime import timedelta
from typing import Final, assert_never

from casework import applicant_letters, letters, news_letters, report_letters
from casework.applicant_letters import ApplicantLetter
from casework.news_letters import NewsLetter
from casework.report_letters import ReportLetter
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.mail import MailError
from kit.signing import SecretError
from kit.webhooks import WebhookError
from tasks.applicant_letters import send_to_applicant
from tasks.news_letters import send_news
from tasks.report_letters import send_report

log = get_logger("letters")

_AT_ONCE: Final = 100
_LEASE: Final = timedelta(minutes=2)


async def send_letters() -> int:
    """Send what is due; return how many letters went out."""
    wall = clock.wall_now()
    async with transaction() as session:
        taken = await letters.take(session, limit=_AT_ONCE, lease=_LEASE, wall=wall)
        if not taken:
            return 0
        due: list[NewsLetter | ReportLetter | ApplicantLetter] = [
            *await news_letters.load(session, taken, wall=wall),
            *await report_letters.load(session, taken, wall=wall),
            *await applicant_letters.load(session, taken, wall=wall),
        ]
    sent = 0
    for letter in due:
        sent += await _settled(letter)
    return sent


async def _settled(letter: NewsLetter | ReportLetter | ApplicantLetter) -> bool:
    """Send one letter and record what became of it; tell whether it went out."""
    error, final = await _attempted(letter)
    async with transaction() as session:
        if not error:
            await letters.record_sent(session, letter, wall=clock.wall_now())
            return True
        parked = await letters.record_failed(session, letter, error=error, final=final, wall=clock.wall_now())
    log.warning("letter_not_sent", letters=letter.owed, channel=letter.channel.value, error=error, parked=parked)
    return False


async def _attempted(letter: NewsLetter | ReportLetter | ApplicantLetter) -> tuple[str, bool]:
    """Send; return what went wrong, or nothing, and whether trying again is of no use."""
    if letter.address is None:
        return "no address any more", True
    try:
        match letter:
            case NewsLetter():
                await send_news(letter.address, letter)
            case ReportLetter():
                await send_report(letter.address, letter)
            case ApplicantLetter():
                await send_to_applicant(letter.address, letter)
            case _:
                assert_never(letter)
    except (MailError, WebhookError) as trouble:
        return str(trouble), trouble.final
    except SecretError as trouble:
        return str(trouble), False
    return "", True

"""Write to applicants that there are notices for them, by e-mail and text message."""

from casework.applicant_letters import ApplicantLetter
from kit.mail import send_mail
from kit.settings import settings
from kit.webhooks import WebhookError, post
from rules.notifying import ContactChannel


async def send_to_applicant(address: str, letter: ApplicantLetter) -> None:
    """Send a letter to an applicant."""
    if letter.channel is ContactChannel.EMAIL:
        await send_mail(address, subject(letter), body(letter))
        return
    gateway = settings().sms_webhook
    if gateway is None:
        raise WebhookError("DAIBAN_SMS_WEBHOOK is not set", final=False)
    await post(gateway, {"mobile": address, "text": text_message(letter)})


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

"""E-mail by SMTP: one plain text to one address, encrypted on the way unless the server is this machine."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from typing import Final

from kit.secrets import secret
from kit.settings import settings

_SECONDS: Final = 15.0
_REFUSED: Final = 500


class MailError(Exception):
    """A mail was not sent; ``final`` when trying again is of no use."""

    def __init__(self, message: str, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


async def send_mail(to: str, subject: str, body: str) -> None:
    """Give a mail to the installation's server. Raises MailError, and SecretError."""
    chosen = settings()
    if chosen.mail_server is None:
        raise MailError("DAIBAN_MAIL_SERVER is not set", final=False)
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = chosen.mail_from, to, " ".join(subject.split())
    except ValueError as error:
        raise MailError(f"the address cannot be written to: {error}", final=True) from error
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="daiban.invalid")
    # Answered by machines ("I am away") it would come back to a mailbox that nobody reads.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    host, _, port = chosen.mail_server.rpartition(":")
    await asyncio.to_thread(_give, message, host, int(port))


def _give(message: EmailMessage, host: str, port: int) -> None:
    chosen = settings()
    try:
        with smtplib.SMTP(host, port, timeout=_SECONDS) as server:
            if not _this_machine(host):
                server.starttls(context=ssl.create_default_context())
            if chosen.mail_user is not None and chosen.mail_password is not None:
                server.login(chosen.mail_user, secret(chosen.mail_password))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise MailError(f"{code} {said.decode('utf-8', 'replace')[:200]}", final=code >= _REFUSED) from error
    except smtplib.SMTPException as error:
        raise MailError(f"{type(error).__name__}: {str(error)[:200]}", final=False) from error
    except OSError as error:
        raise MailError(f"{type(error).__name__}: {error}", final=False) from error


def _this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Letters leave over real sockets: what an SMTP server and a webhook answer decides whether they are tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from casework.news_letters import News, NewsLetter
from kit.mail import MailError, send_mail
from kit.settings import settings
from kit.webhooks import WebhookError, post
from rules.notifying import ContactChannel, Topic
from tasks.news_letters import body, subject

NEWS = News(Topic.DECISION, datetime(2026, 11, 28, tzinfo=UTC), "DB-1", "清河路项目", "E01")


@asynccontextmanager
async def serving(answer: object) -> AsyncIterator[int]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


class Post:
    """A mail server that knows one address."""

    def __init__(self, at_data: bytes = b"250 kept\r\n") -> None:
        self.mails: list[bytes] = []
        self.at_data = at_data

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(self.at_data)
            elif command == b"RCPT":
                writer.write(b"250 ok\r\n" if b"wu@" in line else b"550 no such user\r\n")
            elif command == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 post\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    settings.cache_clear()


def at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_MAIL_SERVER", f"127.0.0.1:{port}")
    settings.cache_clear()


async def test_a_mail_arrives_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Post()
    async with serving(box) as port:
        at(port, monkeypatch)
        await send_mail("wu@daiban.example", "代办：\n部门作出决定", "清河路项目\n")
    mail = message_from_bytes(box.mails[0], policy=policy.default)
    assert (mail["to"], mail["subject"]) == ("wu@daiban.example", "代办： 部门作出决定")
    assert "清河路项目" in mail.get_body().get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("to", "at_data", "final"),
    [
        ("nobody@daiban.example", b"250 kept\r\n", True),
        ("wu@daiban.example", b"451 try later\r\n", False),
        ("wu@daiban.example\nBcc: all@daiban.example", b"250 kept\r\n", True),
    ],
)
async def test_what_a_mail_server_says_decides(
    monkeypatch: pytest.MonkeyPatch, to: str, at_data: bytes, final: bool
) -> None:
    box = Post(at_data)
    async with serving(box) as port:
        at(port, monkeypatch)
        with pytest.raises(MailError) as refused:
            await send_mail(to, "subject", "body")
    assert refused.value.final is final


async def test_a_mail_server_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at(9, monkeypatch)
    with pytest.raises(MailError) as refused:
        await send_mail("wu@daiban.example", "subject", "body")
    assert not refused.value.final


@pytest.mark.parametrize(("status", "final"), [(500, False), (429, False), (404, True), (302, True)])
async def test_what_a_webhook_answers_decides(status: int, final: bool) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} x\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with serving(answer) as port:
        with pytest.raises(WebhookError) as refused:
            await post(f"http://127.0.0.1:{port}/hook", {})
    assert (refused.value.final, str(refused.value)) == (final, f"HTTP {status}")


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://10.20.0.5/hook",
        "http://127.0.0.1:9/hook",
        "https://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "gopher://example.com/",
    ],
)
async def test_a_webhook_leads_nowhere_inside(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "production")
    # Where departments may be is not where people may have us post to.
    monkeypatch.setenv("DAIBAN_DEPARTMENT_NETWORKS", "10.20.0.0/16")
    settings.cache_clear()
    with pytest.raises(WebhookError) as refused:
        await post(url, {})
    assert refused.value.final


@pytest.mark.parametrize(
    ("language", "news", "line"),
    [
        ("zh", (NEWS,), "代办：部门作出决定 · 清河路项目"),
        ("en", (NEWS,), "Daiban: decision"),
        ("zh", (NEWS, NEWS), "代办：2 条通知"),
    ],
)
def test_a_letter_speaks_the_language_of_its_reader(language: str, news: tuple[News, ...], line: str) -> None:
    letter = NewsLetter(
        owed=(1,),
        channel=ContactChannel.EMAIL,
        address="wu@daiban.example",
        language=language,
        attempts=1,
        held_since=NEWS.at,
        news=news,
    )
    assert subject(letter) == line
    assert "/notifications" in body(letter)

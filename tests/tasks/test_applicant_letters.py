"""What applicants are written: short, in their language, and nothing that number and code do not open."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from casework.applicant_letters import ApplicantLetter
from kit.settings import settings
from kit.webhooks import WebhookError
from rules.notifying import ContactChannel
from tasks import applicant_letters
from tasks.applicant_letters import body, send_to_applicant, subject, text_message

TITLES = ("材料补正通知书", "受理通知书")


def letter(language: str = "zh", titles: tuple[str, ...] = TITLES) -> ApplicantLetter:
    at = datetime(2026, 11, 28, tzinfo=UTC)
    return ApplicantLetter(
        owed=(1,),
        channel=ContactChannel.SMS,
        address="13841000001",
        language=language,
        attempts=1,
        held_since=at,
        number="DB-211282-20260302-00001-B",
        project="清河路餐饮店",
        titles=titles,
    )


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "https://daiban.kaiyuan.example/")
    settings.cache_clear()


@pytest.mark.parametrize(
    ("language", "titles", "line"),
    [
        ("zh", TITLES[:1], "代办：材料补正通知书 · 清河路餐饮店"),
        ("zh", TITLES, "代办：2 项告知 · 清河路餐饮店"),
        ("en", TITLES[:1], "Daiban: 1 new notice · 清河路餐饮店"),
        ("en", TITLES, "Daiban: 2 new notices · 清河路餐饮店"),
    ],
)
def test_a_subject_says_what_and_of_which_project(language: str, titles: tuple[str, ...], line: str) -> None:
    assert subject(letter(language, titles)) == line


@pytest.mark.parametrize(("language", "stop"), [("zh", "停用"), ("en", "To stop")])
def test_a_mail_lists_the_notices_leads_to_them_and_says_how_to_stop(language: str, stop: str) -> None:
    written = body(letter(language))
    assert all(f"- {title}" in written for title in TITLES)
    assert "https://daiban.kaiyuan.example/track?number=DB-211282-20260302-00001-B" in written
    assert stop in written


def test_a_text_message_fits_into_two() -> None:
    assert text_message(letter()).startswith("【代办】清河路餐饮店：材料补正通知书等 2 项告知。")
    assert len(text_message(letter())) <= 134


async def test_the_gateway_is_posted_number_and_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_SMS_WEBHOOK", "https://sms.example/send")
    settings.cache_clear()
    posted: list[tuple[str, dict[str, Any]]] = []

    async def post(url: str, content: dict[str, Any]) -> None:
        posted.append((url, json.loads(json.dumps(content))))

    monkeypatch.setattr(applicant_letters, "post", post)
    await send_to_applicant("13841000001", letter())
    assert posted == [("https://sms.example/send", {"mobile": "13841000001", "text": text_message(letter())})]


async def test_without_a_gateway_a_text_message_waits() -> None:
    with pytest.raises(WebhookError) as missing:
        await send_to_applicant("13841000001", letter())
    assert not missing.value.final

"""Who may do what: every address against every kind of person."""

from datetime import date
from typing import Any

import pytest

from rules.numbers import application_number
from tests.portal.conftest import FORM

ROOT = "/api/v1/applications"
NUMBER = application_number("211282", date(2026, 3, 2), 99)  # of nobody: whoever gets as far as 404 was let in
LAUNCHING = ("POST", ROOT, {**FORM, "journey": "J9"})
CREDIT = "/api/v1/applicants/91211282MA0KYF01X8/credit"
LOOKING = [
    ("GET", ROOT),
    ("GET", f"{ROOT}/{NUMBER}"),
    ("GET", f"{ROOT}/{NUMBER}/steps"),
    ("GET", f"{ROOT}/{NUMBER}/commitments"),
    ("GET", CREDIT),
]
ACTING = [
    ("POST", f"{ROOT}/{NUMBER}/milestones", {"milestone": "#START"}),
    ("POST", f"{ROOT}/{NUMBER}/materials", {"names": ["章程"]}),
    ("POST", f"{ROOT}/{NUMBER}/withdrawal", {"reason": "不再需要"}),
    ("POST", f"{ROOT}/{NUMBER}/engagement", {"reference": "委托书〔2026〕9号"}),
    ("POST", f"{ROOT}/{NUMBER}/engagement/end", {"because": "revoked"}),
    ("POST", f"{ROOT}/{NUMBER}/commitments", {"item": "E10", "signer": "刘晓"}),
    ("POST", f"{ROOT}/{NUMBER}/reminders", {"how": "电话"}),
]
OVERSEEING = [("PUT", "/api/v1/posts/MSB", {"principal": "nobody", "manager": "nobody"})]
OF_ANYBODY = [
    ("GET", "/api/v1/posts", None),
    ("GET", "/api/v1/absences", None),
    ("GET", "/api/v1/enquiries", None),
    ("POST", "/api/v1/absences", {"first": "2026-03-02", "items": ["Z99"]}),
    ("POST", "/api/v1/absences/returns", {}),
    ("POST", "/api/v1/enquiries", {"asker": "甲", "subject": "乙", "number": NUMBER}),
    ("POST", "/api/v1/enquiries/99/hand-over", {"to": "li"}),
    ("POST", "/api/v1/enquiries/99/hand-over/answer", {"accepted": True}),
    ("POST", "/api/v1/enquiries/99/resolution", {"answer": "已答复"}),
]
OF_THE_CENTER = [
    ("GET", "/api/v1/alerts", None),
    ("GET", f"{ROOT}/{NUMBER}/engagement", None),
    ("POST", "/api/v1/alerts/99/acknowledgement", {"reply": "已问"}),
]
EVERYTHING = [
    *((*each, None) for each in LOOKING),
    LAUNCHING,
    *ACTING,
    *OVERSEEING,
    *OF_ANYBODY,
    *OF_THE_CENTER,
]


async def ask(portal: Any, method: str, path: str, content: Any, account: str | None) -> Any:
    headers = {} if account is None else {"Authorization": f"Bearer token-of-{account}"}
    return await portal.client.request(method, path, json=content, headers=headers)


async def test_people_of_the_center_may_look(portal: Any) -> None:
    for account in ("zhang", "sun", "zhao", "qian"):
        for method, path in LOOKING:
            assert (await ask(portal, method, path, None, account)).status_code in (200, 404), (account, path)


async def refused_to(portal: Any, asked: tuple[str, str, Any], needs: list[str], *accounts: str) -> None:
    for account in accounts:
        answer = await ask(portal, *asked, account)
        assert (answer.status_code, answer.json().get("needs")) == (403, needs), (account, asked[1])


async def test_only_agents_may_launch(portal: Any) -> None:
    assert (await ask(portal, *LAUNCHING, "li")).status_code == 422
    await refused_to(portal, LAUNCHING, ["agent"], "sun", "zhao", "qian", "wu")


async def test_only_agents_and_their_manager_may_act(portal: Any) -> None:
    for asked in ACTING:
        for account in ("li", "zhao"):
            assert (await ask(portal, *asked, account)).status_code == 404, asked[1]
        await refused_to(portal, asked, ["agent", "manager"], "sun", "qian", "wu")


async def test_only_managers_and_administrators_fill_posts(portal: Any) -> None:
    for asked in OVERSEEING:
        for account in ("zhao", "qian"):
            assert (await ask(portal, *asked, account)).status_code == 404, asked[1]
        await refused_to(portal, asked, ["manager", "administrator"], "zhang", "sun", "wu")


async def test_everybody_may_be_away_and_be_asked(portal: Any) -> None:
    for asked in OF_ANYBODY:
        for account in ("zhang", "sun", "zhao", "qian", "wu"):
            assert (await ask(portal, *asked, account)).status_code in (200, 404), (account, asked[1])


async def test_alerts_and_engagements_are_the_centers(portal: Any) -> None:
    for asked in OF_THE_CENTER:
        for account in ("zhang", "sun", "zhao", "qian"):
            assert (await ask(portal, *asked, account)).status_code in (200, 404), (account, asked[1])
        await refused_to(portal, asked, ["agent", "steward", "manager", "administrator"], "wu")


async def test_only_managers_repair_a_credit_record(portal: Any) -> None:
    for account, status in (("zhang", 403), ("sun", 403), ("wu", 403), ("zhao", 404), ("qian", 404)):
        answer = await ask(portal, "POST", "/api/v1/credit-records/1/repair", {"reason": "已补齐"}, account)
        assert answer.status_code == status, account


async def test_a_departments_handler_does_not_see_the_centers_applications(portal: Any) -> None:
    for method, path in LOOKING:
        answer = await ask(portal, method, path, None, "wu")
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/problems/forbidden")


async def test_strangers_and_those_who_left_are_not_let_in(portal: Any) -> None:
    for method, path, content in EVERYTHING:
        for account in (None, "nobody", "gone"):
            answer = await ask(portal, method, path, content, account)
            assert answer.status_code == 401, (account, path)
            assert answer.headers["www-authenticate"].startswith('Bearer realm="daiban"')
            assert answer.json()["type"].endswith("/problems/not-authenticated")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic emhhbmc6eA==", "token-of-zhang", "Bearer token-of-zhang x", "Bearer \x00"],
)
async def test_a_strange_authorization_is_no_authorization(portal: Any, header: str) -> None:
    answer = await portal.client.get(ROOT, headers=[("Authorization", header.encode())])

    assert answer.status_code == 401


async def test_the_digest_in_the_database_opens_nothing(portal: Any) -> None:
    from hashlib import sha256

    stolen = sha256(b"token-of-zhang").hexdigest()
    answer = await portal.client.get(ROOT, headers={"Authorization": f"Bearer {stolen}"})

    assert answer.status_code == 401

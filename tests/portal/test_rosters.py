"""Posts, absences and enquiries over HTTP."""

from typing import Any

import pytest

from tests.portal.conftest import Portal

POST = {"principal": "wu", "manager": "zhao"}


def code(answer: Any) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


async def put(portal: Portal, path: str, content: Any, account: str = "zhao") -> Any:
    return await portal.client.put(path, json=content, headers={"Authorization": f"Bearer token-of-{account}"})


async def test_b_is_shown_acting_for_a_while_a_is_away(portal: Any) -> None:
    filled = await put(portal, "/api/v1/posts/MSB", {**POST, "backup": "sun"})
    assert filled.status_code == 200
    [post] = filled.json()["posts"]
    assert (post["department"], post["item"], post["acting"], post["on_behalf_of"]) == ("MSB", "", "wu", None)

    away = await portal.post("/api/v1/absences", {"first": "2026-03-02", "last": "2026-03-03"}, "wu")
    assert away.status_code == 201
    assert [(a["account"], a["recorded_by"]) for a in away.json()["absences"]] == [("wu", "wu")]
    [post] = (await portal.get("/api/v1/posts")).json()["posts"]
    assert (post["acting"], post["on_behalf_of"]) == ("sun", "wu")
    assert len((await portal.get("/api/v1/absences")).json()["absences"]) == 1
    portal.wait(days=2)

    [post] = (await portal.get("/api/v1/posts")).json()["posts"]
    assert (post["acting"], post["on_behalf_of"]) == ("wu", None)
    assert (await portal.get("/api/v1/absences")).json()["absences"] == []
    assert len((await portal.get("/api/v1/absences?since=2026-03-03")).json()["absences"]) == 1


async def test_who_is_back_early_acts_again_from_today(portal: Any) -> None:
    await put(portal, "/api/v1/posts/MSB", {**POST, "backup": "sun"})
    await portal.post("/api/v1/absences", {"first": "2026-03-02"}, "wu")

    back = await portal.post("/api/v1/absences/returns", {}, "wu")

    assert back.json() == {"account": "wu", "ended": 1}
    [post] = (await portal.get("/api/v1/posts")).json()["posts"]
    assert post["acting"] == "wu"


async def test_only_those_who_oversee_record_anothers_absence(portal: Any) -> None:
    for path, content in (("/api/v1/absences", {"first": "2026-03-02"}), ("/api/v1/absences/returns", {})):
        given = {**content, "account": "zhang"}
        refused = await portal.post(path, given, "li")
        assert (refused.status_code, code(refused)) == (403, "forbidden")
        for account in ("zhang", "zhao", "qian"):
            assert (await portal.post(path, given, account)).status_code in (200, 201), account


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/v1/absences", {"first": "2026-03-03", "last": "2026-03-02"}),
        ("/api/v1/absences", {"first": "2026-03-03", "backup": "zhao"}),
        ("/api/v1/absences", {"first": "tomorrow"}),
        ("/api/v1/absences", {"first": "2026-03-02", "items": ["e10"]}),
        ("/api/v1/enquiries", {"asker": "", "subject": "乙"}),
        ("/api/v1/enquiries/1/hand-over/answer", {"accepted": False}),
        ("/api/v1/enquiries/0/resolution", {"answer": "已答复"}),
    ],
)
async def test_what_cannot_be_is_refused(portal: Any, path: str, content: dict[str, Any]) -> None:
    answer = await portal.post(path, content, "zhao")

    assert answer.status_code == 422
    assert code(answer) in ("invalid-request", "invalid-roster")


async def test_a_post_that_cannot_be_is_refused(portal: Any) -> None:
    twice = await put(portal, "/api/v1/posts/MSB", {**POST, "backup": "wu"})
    unknown = await put(portal, "/api/v1/posts/XYZ", POST)

    assert (twice.status_code, code(twice)) == (422, "invalid-roster")
    assert (unknown.status_code, code(unknown)) == (404, "not-found")


async def test_an_enquiry_goes_from_hand_to_hand_and_alarms(portal: Any) -> None:
    number = await portal.launch()
    form = {"asker": "某企业", "subject": "何时办结？", "number": number}
    asked = (await portal.post("/api/v1/enquiries", form)).json()
    path = f"/api/v1/enquiries/{asked['id']}"
    assert (asked["first"], asked["responsible"], asked["number"]) == ("zhang", "zhang", number)

    stolen = await portal.post(f"{path}/resolution", {"answer": "已答复"}, "li")
    assert (stolen.status_code, code(stolen)) == (403, "not-authorised")
    for by, to in (("zhang", "li"), ("li", "wu")):
        assert (await portal.post(f"{path}/hand-over", {"to": to}, by)).json()["offered_to"] == to
        early = await portal.post(f"{path}/hand-over", {"to": "sun"}, by)
        assert (early.status_code, code(early)) == (409, "not-allowed-now")
        assert (await portal.post(f"{path}/hand-over/answer", {"accepted": True}, to)).json()["responsible"] == to

    assert [e["id"] for e in (await portal.get("/api/v1/alerts")).json()["enquiries"]] == [asked["id"]]
    declined = {"accepted": False, "reason": "不属我管"}
    await portal.post(f"{path}/hand-over", {"to": "sun"}, "wu")
    assert (await portal.post(f"{path}/hand-over/answer", declined, "sun")).json()["bounces"] == 3
    done = (await portal.post(f"{path}/resolution", {"answer": "已答复"}, "wu")).json()
    assert (done["resolution"], done["alarming"]) == ("已答复", False)
    assert (await portal.get("/api/v1/alerts")).json()["enquiries"] == []
    assert (await portal.get("/api/v1/enquiries")).json() == {"enquiries": [], "next": None}


async def test_enquiries_page_by_the_address_they_give(portal: Any) -> None:
    for _ in range(3):
        await portal.post("/api/v1/enquiries", {"asker": "甲", "subject": "乙"})

    seen, address = [], "/api/v1/enquiries?all=true&limit=2"
    while address:
        page = (await portal.get(address)).json()
        seen.append(len(page["enquiries"]))
        address = page["next"]
    assert seen == [2, 1]

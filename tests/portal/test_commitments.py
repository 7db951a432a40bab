"""Commitments over HTTP: offered in the notice, signed, listed, refused with the reason."""

from typing import Any

import pytest

ROOT = "/api/v1/applications"
CREDIT = "/api/v1/applicants/91211282MA0KYF01X8/credit"
LETTERS = [{"item": item, "signer": "刘晓", "kind": "notified"} for item in ("B02", "C04")]


async def test_a_letter_is_signed_listed_and_safe_to_repeat(portal: Any) -> None:
    number = await portal.launch(journey="J2")
    for _ in range(2):
        answer = await portal.post(f"{ROOT}/{number}/commitments", LETTERS[0])
        assert answer.status_code == 200, answer.text

    assert answer.json()["number"] == number
    (listed,) = (await portal.get(f"{ROOT}/{number}/commitments")).json()["commitments"]
    assert (listed["item"], listed["kind_zh"], listed["status_zh"]) == ("B02", "告知承诺", "已签署")
    assert listed["letter"]["signer"] == "刘晓"
    assert len(listed["signature"]) == 64


async def test_letters_may_come_with_the_intake_form(portal: Any) -> None:
    number = await portal.launch(journey="J2", commitments=LETTERS)

    listed = (await portal.get(f"{ROOT}/{number}/commitments")).json()["commitments"]
    assert {each["item"] for each in listed} == {"B02", "C04"}


async def test_a_commitment_that_is_not_offered_is_refused_with_the_reason(portal: Any) -> None:
    number = await portal.launch(materials=[])
    answer = await portal.post(f"{ROOT}/{number}/commitments", {"item": "E01", "signer": "刘晓", "kind": "notified"})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problems/commitment-refused")
    assert answer.json()["ineligibility"] == "not_offered"
    assert "不实行告知承诺" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "location"),
    [
        ({"signer": "刘晓"}, "body.item"),
        ({"item": "E01"}, "body.signer"),
        ({"item": "E01", "signer": "刘晓", "kind": "oral"}, "body.kind"),
        ({"item": "E01", "signer": "刘晓", "until": "soon"}, "body.until"),
        ({"item": "E01", "signer": "刘晓", "due": 1}, "body.due"),
    ],
)
async def test_a_malformed_commitment_is_refused_at_the_place_that_is_wrong(
    portal: Any, content: dict[str, Any], location: str
) -> None:
    number = await portal.launch()
    answer = await portal.post(f"{ROOT}/{number}/commitments", content)

    assert answer.status_code == 422
    assert location in [finding["location"] for finding in answer.json()["errors"]]


async def test_an_applicants_record_is_clean_until_something_is_broken(portal: Any) -> None:
    assert (await portal.get(CREDIT)).status_code == 404
    await portal.launch()

    shown = (await portal.get(CREDIT)).json()
    assert (shown["eligible"], shown["barred_until"], shown["records"]) == (True, None, [])
    mistyped = await portal.get(CREDIT.replace("X8", "X9"))
    assert (mistyped.status_code, mistyped.json()["type"].rpartition("/")[2]) == (422, "invalid-number")

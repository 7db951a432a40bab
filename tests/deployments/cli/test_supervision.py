"""What a manager does from the command line: look at refusal filings, bar an applicant."""

from typing import Any

CREDIT_CODE = "91211282MA0KYF01X8"
GIVEN = ("--decided-on", "2026-03-02", "--document", "〔2026〕罚1号", "--reason", "提供虚假材料")


def test_an_office_without_refusals_has_no_filings(office: Any, launched: str) -> None:
    assert office("filings", "--json").document == {"filings": []}
    assert "没有否定备案" in office("filings").out


def test_a_mistyped_filing_is_told(office: Any) -> None:
    assert office("filings", "--before", "FD-1").code == 2


def test_a_bar_is_recorded_and_stops_the_next_application(office: Any, launched: str, intake: Any) -> None:
    code = office("status", launched, "--json").document["credit_code"]
    ran = office("ban", code, "E01", "--because", "deception", *GIVEN, "--json")
    assert ran.document == {"item": "E01", "misconduct": "deception", "until": "2029-03-02"}

    refused = office("launch", intake)
    assert refused.code == 2
    assert "2029-03-02" in refused.err
    assert "第七十九条" in office("ban", code, "E02", "--because", "deception", *GIVEN).out


def test_an_unknown_misconduct_is_refused_with_what_there_is(office: Any, launched: str) -> None:
    ran = office("ban", CREDIT_CODE, "E01", "--because", "bad_mood", *GIVEN)

    assert ran.code == 2
    assert "false_papers" in ran.err

"""Numbers as published, and every slip of the pen that the check characters promise to catch."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidNumberError
from rules.numbers import (
    CHARSET,
    application_number,
    assignment_number,
    check_credit_code,
    check_identity_number,
    check_number,
    check_project_code,
)

CREDIT_CODES = [
    "914403001922038216",
    "9144030071526726XG",
    "91110108551385082Q",
    "91440300708461136T",
    "91211282MA0KYF01X8",
    "92211282MA0KYG020K",
    "11211282MB0KYA0369",
]
IDENTITY_NUMBERS = ["11010519491231002X", "440524188001010014"]

divisions = st.from_regex(r"[1-8][0-9]{5}", fullmatch=True)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
numbers = st.one_of(
    st.builds(application_number, divisions, days, st.integers(1, 99_999)),
    st.builds(assignment_number, divisions, days, st.integers(1, 999_999)),
)


def fault_of(check: Callable[[str], None], text: str) -> object:
    with pytest.raises(InvalidNumberError) as caught:
        check(text)
    return caught.value.details["fault"]


def replaced(text: str, position: int, character: str) -> str:
    return text[:position] + character + text[position + 1 :]


def exchanged(text: str, position: int) -> str:
    return text[:position] + text[position + 1] + text[position] + text[position + 2 :]


def test_numbers_have_the_documented_form() -> None:
    # 2·3^0 + 1·3^1 + 1·3^2 + 2·3^3 + … over 2112822026112400037 is 18 mod 31; 31 - 18 = 13 is D.
    assert application_number("211282", date(2026, 11, 24), 37) == "DB-211282-20261124-00037-D"
    assert assignment_number("211282", date(2026, 11, 24), 37) == "BJ-211282-20261124-000037-B"


@given(numbers)
def test_every_number_written_is_accepted(number: str) -> None:
    check_number(number)


@given(numbers, st.data())
def test_every_single_wrong_digit_of_a_number_shows(number: str, data: st.DataObject) -> None:
    position = data.draw(st.sampled_from([i for i in range(3, len(number) - 1) if number[i].isdigit()]))
    wrong = replaced(number, position, data.draw(st.sampled_from(sorted(set("0123456789") - {number[position]}))))

    with pytest.raises(InvalidNumberError):
        check_number(wrong)


@given(numbers, st.data())
def test_every_wrong_check_character_of_a_number_shows(number: str, data: st.DataObject) -> None:
    wrong = replaced(number, len(number) - 1, data.draw(st.sampled_from(sorted(set(CHARSET) - {number[-1]}))))

    assert fault_of(check_number, wrong) == "check"


@given(numbers, st.data())
def test_every_exchange_of_two_different_digits_of_a_number_shows(number: str, data: st.DataObject) -> None:
    digits = [i for i in range(3, len(number) - 1) if number[i].isdigit()]
    one, other = data.draw(st.lists(st.sampled_from(digits), min_size=2, max_size=2, unique=True))
    swapped = replaced(replaced(number, one, number[other]), other, number[one])

    if swapped != number:
        with pytest.raises(InvalidNumberError):
            check_number(swapped)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("DB-211282-20261124-00037-0", "check"),
        ("DB-211282-20261324-00037-D", "date"),
        ("DB-211282-20261124-00000-D", "serial"),
        ("DB-211282-20261124-000037-B", "shape"),
        ("BJ-211282-20261124-00037-D", "shape"),
        ("db-211282-20261124-00037-D", "shape"),
        ("DB-211282-20261124-00037-D\n", "shape"),
        ("DB-211282-20261124-0003７-D", "shape"),
        ("", "shape"),
    ],
)
def test_a_mistyped_number_says_what_is_wrong(number: str, fault: str) -> None:
    assert fault_of(check_number, number) == fault


@pytest.mark.parametrize(("division", "serial"), [("21128", 1), ("21128X", 1), ("211282", 0), ("211282", 100_000)])
def test_no_number_is_written_that_would_not_be_accepted(division: str, serial: int) -> None:
    with pytest.raises(InvalidNumberError):
        application_number(division, date(2026, 11, 24), serial)


def test_assignments_have_room_for_a_digit_more_than_applications() -> None:
    check_number(assignment_number("211282", date(2026, 11, 24), 100_000))


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_real_and_demo_credit_codes_are_accepted(code: str) -> None:
    check_credit_code(code)


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_every_single_substitution_in_a_credit_code_shows(code: str) -> None:
    for position in range(18):
        for character in set(CHARSET) - {code[position]}:
            with pytest.raises(InvalidNumberError):
                check_credit_code(replaced(code, position, character))


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_every_exchange_of_neighbours_in_a_credit_code_shows(code: str) -> None:
    for position in range(17):
        if code[position] != code[position + 1]:
            with pytest.raises(InvalidNumberError):
                check_credit_code(exchanged(code, position))


def with_check_18(body: str) -> str:
    return body + CHARSET[(31 - sum(CHARSET.index(c) * 3**i for i, c in enumerate(body)) % 31) % 31]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91440300192203821", "length"),
        ("9144030019220382160", "length"),
        ("9144O3001922038216", "character"),
        ("91440300192203821o", "character"),
        ("9144A3001922038216", "character"),
        ("914403001922038217", "check"),
        # The last character is right for the others, but the ninth to seventeenth are no organisation code.
        (with_check_18("91440300192203822"), "check"),
    ],
)
def test_a_mistyped_credit_code_says_what_is_wrong(code: str, fault: str) -> None:
    assert fault_of(check_credit_code, code) == fault


def test_the_organisation_code_inside_a_credit_code_is_checked_by_itself() -> None:
    with pytest.raises(InvalidNumberError, match="第 17 位"):
        check_credit_code(with_check_18("91440300192203822"))


@pytest.mark.parametrize("number", IDENTITY_NUMBERS)
def test_the_standards_sample_identity_numbers_are_accepted(number: str) -> None:
    check_identity_number(number)


@pytest.mark.parametrize("number", IDENTITY_NUMBERS)
def test_every_single_wrong_character_in_an_identity_number_shows(number: str) -> None:
    for position in range(18):
        for character in set("0123456789X") - {number[position]}:
            with pytest.raises(InvalidNumberError):
                check_identity_number(replaced(number, position, character))


@pytest.mark.parametrize("number", IDENTITY_NUMBERS)
def test_every_exchange_of_neighbours_in_an_identity_number_shows(number: str) -> None:
    for position in range(17):
        if number[position] != number[position + 1]:
            with pytest.raises(InvalidNumberError):
                check_identity_number(exchanged(number, position))


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110105491231002", "length"),
        ("11010519491231002x", "character"),
        ("1101051949123100２X", "character"),
        ("110105X9491231002X", "character"),
        ("11010519490231002X", "date"),
        ("110105194912310021", "check"),
    ],
)
def test_a_mistyped_identity_number_says_what_is_wrong_without_repeating_it(number: str, fault: str) -> None:
    with pytest.raises(InvalidNumberError) as caught:
        check_identity_number(number)

    assert caught.value.details == {"fault": fault}
    assert number not in caught.value.message


@pytest.mark.parametrize(
    "code",
    ["2611-211282-04-01-123456", "2012-211282-04-01-123456", "2017-211282-47-03-001122", "2015-440300-47-03-500000"],
)
def test_project_codes_of_both_generations_are_accepted(code: str) -> None:
    check_project_code(code)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("2613-211282-04-01-123456", "date"),
        ("2600-211282-04-01-123456", "date"),
        ("2021-211282-04-01-123456", "date"),
        ("2611-211282-04-01-12345", "shape"),
        ("2611211282040112345600", "shape"),
        ("2611-211282-04-01-12345A", "shape"),
        ("2611-211282-04-01-123456\n", "shape"),
    ],
)
def test_a_project_code_of_the_wrong_shape_says_what_is_wrong(code: str, fault: str) -> None:
    assert fault_of(check_project_code, code) == fault

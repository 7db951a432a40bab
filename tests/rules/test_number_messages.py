"""What a mistyped number is answered: the words say which character, and what would be right."""

from datetime import date

import pytest

from rules.errors import InvalidNumberError
from rules.numbers import (
    application_number,
    check_credit_code,
    check_identity_number,
    check_number,
    check_project_code,
)

SHAPE = "编号格式应为 DB-区划6位-日期8位-流水号5位-校验码，或 BJ-区划6位-日期8位-流水号6位-校验码"
UNKNOWN_CHARACTER = "统一社会信用代码第 {} 位不是允许的字符（数字，或除 I O S V Z 外的大写字母）"
DIVISION = "统一社会信用代码第 {} 位属登记机关行政区划，应为数字"
CASES = [
    (check_number, "DB-1", SHAPE),
    (check_number, "DB-211282-20261324-00037-D", "编号中的日期不存在"),
    (check_number, "DB-211282-20261124-00000-D", "编号中的流水号应从 1 开始"),
    (check_number, "DB-211282-20261124-00037-0", "编号校验码不符，请核对是否抄写有误"),
    (check_credit_code, "9144030019220382", "统一社会信用代码应为 18 位，现为 16 位"),
    (check_credit_code, "i14403001922038216", UNKNOWN_CHARACTER.format(1)),
    (check_credit_code, "91440300192203821I", UNKNOWN_CHARACTER.format(18)),
    (check_credit_code, "91A403001922038216", DIVISION.format(3)),
    (check_credit_code, "9144030A1922038216", DIVISION.format(8)),
    (check_credit_code, "914403001922038217", "统一社会信用代码第 18 位校验码不符，请核对是否抄写有误"),
    (check_identity_number, "1101051949", "公民身份号码应为 18 位，现为 10 位"),
    (check_identity_number, "X1010519491231002X", "公民身份号码第 1 位应为数字"),
    (check_identity_number, "1101051949123100XX", "公民身份号码第 17 位应为数字"),
    (check_identity_number, "11010519491231002Y", "公民身份号码第 18 位应为数字或大写字母 X"),
    (check_identity_number, "11010519490231002X", "公民身份号码中的出生日期不存在"),
    (check_identity_number, "110105194912310021", "公民身份号码校验码不符，请核对是否抄写有误"),
    (check_project_code, "2611", "项目代码应为 20 位数字，以连字符分为五段，如 2611-211282-04-01-123456"),
    (
        check_project_code,
        "2613-211282-04-01-123456",
        "项目代码第一段应为两位年份加两位月份（2020 年及以前的代码为四位年份）",
    ),
]


@pytest.mark.parametrize(("check", "mistyped", "message"), CASES)
def test_a_mistyped_number_is_answered_in_these_words(check: object, mistyped: str, message: str) -> None:
    with pytest.raises(InvalidNumberError) as refused:
        check(mistyped)  # type: ignore[operator]

    assert refused.value.message == message


@pytest.mark.parametrize(
    ("division", "serial", "message", "fault"),
    [
        ("21128", 1, "行政区划代码应为 6 位数字", "shape"),
        ("211282", 0, "流水号应为 1 至 99999", "serial"),
        ("211282", 100_000, "流水号应为 1 至 99999", "serial"),
    ],
)
def test_a_number_that_cannot_be_written_is_refused_in_these_words(
    division: str, serial: int, message: str, fault: str
) -> None:
    with pytest.raises(InvalidNumberError) as refused:
        application_number(division, date(2026, 11, 24), serial)

    assert (refused.value.message, refused.value.details) == (message, {"fault": fault})


@pytest.mark.parametrize(
    ("division", "day", "serial"), [("211282", date(626, 1, 2), 1), ("211282", date(2026, 1, 2), 7)]
)
def test_a_number_always_has_eight_digits_of_a_day_and_five_of_a_serial(division: str, day: date, serial: int) -> None:
    prefix, place, stamp, tail, check = application_number(division, day, serial).split("-")

    assert (prefix, place, stamp, tail) == (
        "DB",
        division,
        day.strftime("%Y").zfill(4) + day.strftime("%m%d"),
        f"{serial:05}",
    )
    assert len(check) == 1


@pytest.mark.parametrize("code", ["2601-211282-04-01-123456", "2612-211282-04-01-123456", "2020-211282-04-01-123456"])
def test_the_first_and_the_last_month_and_the_last_year_written_out_are_accepted(code: str) -> None:
    check_project_code(code)

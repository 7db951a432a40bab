"""Numbers that people copy by hand: application and assignment numbers, and the national codes of parties and projects.

Messages never repeat the number: an identity number must not reach a log (个人信息保护法 art. 51).
"""

import re
from datetime import date
from typing import Literal

from rules.errors import InvalidNumberError

Fault = Literal["length", "shape", "character", "date", "serial", "check"]

#: GB 32100-2015: digits and capitals without I, O, S, V, Z; a character's value is its position.
CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_CHARSET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_SERIAL_DIGITS = {"DB": 5, "BJ": 6}
_NUMBER = re.compile(r"(?:DB-(\d{6})-(\d{8})-(\d{5})|BJ-(\d{6})-(\d{8})-(\d{6}))-(.)", re.ASCII)
_FILING = re.compile(r"FD-(\d{6})-(\d{8})-(\d{5})-(\d{2})-(.)", re.ASCII)
_PROJECT = re.compile(r"(\d{4})-\d{6}-\d{2}-\d{2}-\d{6}", re.ASCII)


def application_number(division: str, day: date, serial: int) -> str:
    """Write the number of an application (代办件): ``DB-211282-YYYYMMDD-NNNNN-c``.

    ``day`` is the civil date of registration, ``serial`` counts from 1 within the day. The check character ``c``
    runs over the 19 digits d0 d1 … of division, day and serial: c = CHARSET[-Σ(d_i · 3^i) mod 31]. 31 is prime and
    the powers differ, so every wrong digit and every exchange of two different digits shows.
    Raises InvalidNumberError when the division is not six digits or the serial does not fit.
    """
    return _numbered("DB", division, day, serial)


def assignment_number(division: str, day: date, serial: int) -> str:
    """Write the number of an assignment (部门任务): ``BJ-211282-YYYYMMDD-NNNNNN-c``, as ``application_number``."""
    return _numbered("BJ", division, day, serial)


def check_number(number: str) -> None:
    """Accept an application or assignment number as written by this module. Raises InvalidNumberError otherwise."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise _invalid(
            "shape", "编号格式应为 DB-区划6位-日期8位-流水号5位-校验码，或 BJ-区划6位-日期8位-流水号6位-校验码"
        )
    division, day, serial, check = (group for group in match.groups() if group is not None)
    if not _is_date(day):
        raise _invalid("date", "编号中的日期不存在")
    if int(serial) == 0:
        raise _invalid("serial", "编号中的流水号应从 1 开始")
    if check != _check_31(division + day + serial):
        raise _invalid("check", "编号校验码不符，请核对是否抄写有误")


def filing_number(application: str, serial: int) -> str:
    """Write the number of a refusal filing (否定备案): ``FD-211282-YYYYMMDD-NNNNN-SS-c``.

    The digits of the application's number, then the filings of that application counted from 1; the check character
    as in ``application_number``. No counter of the day is needed, so filing waits for nobody.
    Raises InvalidNumberError for another kind of number, or a serial that does not fit.
    """
    match = _NUMBER.fullmatch(application)
    if match is None or match[1] is None:
        raise _invalid("shape", "否定备案编号须由代办件编号编成")
    if not 1 <= serial < 100:
        raise _invalid("serial", "流水号应为 1 至 99")
    division, day, ordinal = match[1], match[2], match[3]
    return f"FD-{division}-{day}-{ordinal}-{serial:02}-{_check_31(f'{division}{day}{ordinal}{serial:02}')}"


def check_filing_number(number: str) -> None:
    """Accept a refusal filing's number as written by this module. Raises InvalidNumberError otherwise."""
    match = _FILING.fullmatch(number)
    if match is None:
        raise _invalid("shape", "否定备案编号格式应为 FD-区划6位-日期8位-流水号5位-序号2位-校验码")
    *digits, check = match.groups()
    if not _is_date(digits[1]):
        raise _invalid("date", "编号中的日期不存在")
    if int(digits[2]) == 0 or int(digits[3]) == 0:
        raise _invalid("serial", "编号中的流水号应从 1 开始")
    if check != _check_31("".join(digits)):
        raise _invalid("check", "编号校验码不符，请核对是否抄写有误")


def check_credit_code(code: str) -> None:
    """Accept a 统一社会信用代码 whose two check characters hold (GB 32100-2015, and GB 11714 for characters 9 to 17).

    Raises InvalidNumberError otherwise; for imported legacy records callers may treat that as a warning.
    """
    _check_length("统一社会信用代码", code)
    for position, character in enumerate(code, start=1):
        if character not in CHARSET:
            raise _invalid(
                "character", f"统一社会信用代码第 {position} 位不是允许的字符（数字，或除 I O S V Z 外的大写字母）"
            )
        if 3 <= position <= 8 and not character.isdigit():
            raise _invalid("character", f"统一社会信用代码第 {position} 位属登记机关行政区划，应为数字")
    if code[17] != _check_31(code[:17]):
        raise _invalid("check", "统一社会信用代码第 18 位校验码不符，请核对是否抄写有误")
    total = sum(
        _ORGANISATION_CHARSET.index(character) * weight
        for character, weight in zip(code[8:16], _ORGANISATION_WEIGHTS, strict=True)
    )
    if code[16] != "0123456789X"[-total % 11]:
        raise _invalid("check", "统一社会信用代码第 17 位（主体标识码校验码）不符，请核对是否抄写有误")


def check_identity_number(number: str) -> None:
    """Accept a 居民身份证 number with a real date of birth and a true check character (GB 11643-1999).

    Whether the division exists and the birth lies in the past is not judged. Raises InvalidNumberError otherwise.
    """
    _check_length("公民身份号码", number)
    for position, character in enumerate(number, start=1):
        if character not in ("0123456789X" if position == 18 else "0123456789"):
            expected = "数字或大写字母 X" if position == 18 else "数字"
            raise _invalid("character", f"公民身份号码第 {position} 位应为{expected}")
    if not _is_date(number[6:14]):
        raise _invalid("date", "公民身份号码中的出生日期不存在")
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True))
    if number[17] != "10X98765432"[total % 11]:
        raise _invalid("check", "公民身份号码校验码不符，请核对是否抄写有误")


def check_project_code(code: str) -> None:
    """Accept a 投资项目统一代码 by its shape (GB/T 40058-2021): YYMM-region-department-type-number.

    Codes from before the standard write a year, 2015 to 2020, in the first segment. The check digit's rule is not
    published, so a mistyped digit may pass: only the online platform knows. Raises InvalidNumberError otherwise.
    """
    match = _PROJECT.fullmatch(code)
    if match is None:
        raise _invalid("shape", "项目代码应为 20 位数字，以连字符分为五段，如 2611-211282-04-01-123456")
    time = match[1]
    if not (1 <= int(time[2:]) <= 12 or "2015" <= time <= "2020"):
        raise _invalid("date", "项目代码第一段应为两位年份加两位月份（2020 年及以前的代码为四位年份）")


def _numbered(prefix: Literal["DB", "BJ"], division: str, day: date, serial: int) -> str:
    if re.fullmatch(r"\d{6}", division, re.ASCII) is None:
        raise _invalid("shape", "行政区划代码应为 6 位数字")
    width = _SERIAL_DIGITS[prefix]
    if not 1 <= serial < 10**width:
        raise _invalid("serial", f"流水号应为 1 至 {10**width - 1}")
    stamp, tail = f"{day.year:04}{day.month:02}{day.day:02}", f"{serial:0{width}}"
    return f"{prefix}-{division}-{stamp}-{tail}-{_check_31(division + stamp + tail)}"


def _check_31(characters: str) -> str:
    """Compute the check character of GB 32100-2015: CHARSET[-Σ(value_i · 3^i) mod 31], i counted from 0."""
    return CHARSET[-sum(CHARSET.index(character) * 3**i for i, character in enumerate(characters)) % 31]


def _check_length(name: str, text: str) -> None:
    if len(text) != 18:
        raise _invalid("length", f"{name}应为 18 位，现为 {len(text)} 位")


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _invalid(fault: Fault, message: str) -> InvalidNumberError:
    return InvalidNumberError(message, fault=fault)

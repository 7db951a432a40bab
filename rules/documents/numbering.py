"""Numbers of documents: of which kind, application and item, the how-manyeth, and a check character."""

import re
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from rules.documents.kinds import LETTERS, DocumentKind
from rules.errors import InvalidNumberError

#: ISO 7064 MOD 37,36: digits and capitals; the check character is of the same set.
_CHARSET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBER: Final = re.compile(r"([A-Z]{2}-\d{6}-\d{8}-\d{5}-(?:000|[A-Z][A-Z0-9]*)-\d{2,3})-([0-9A-Z])", re.ASCII)
_WHOLE_APPLICATION: Final = "000"
_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:daiban")


def document_number(kind: DocumentKind, application: str, item: str | None, serial: int) -> str:
    """Write the number of a document: ``BZ-211282-20260302-00001-E04-01-c``.

    ``application`` is the application's number, ``item`` the code of the approval item or None for all of them;
    ``serial`` counts from 1 among the documents of that kind for that item. Raises InvalidNumberError.
    """
    if not 1 <= serial <= 999:
        raise InvalidNumberError("文书流水号应为 1 至 999", fault="serial")
    _, division, day, of_day, _ = application.split("-")
    bare = f"{LETTERS[kind]}-{division}-{day}-{of_day}-{item or _WHOLE_APPLICATION}-{serial:02}"
    return f"{bare}-{_check_character(bare)}"


def check_document_number(number: str) -> None:
    """Accept a number as ``document_number`` writes it. Raises InvalidNumberError for a slip of the pen."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise InvalidNumberError("文书编号格式应为 BZ-区划6位-日期8位-流水号5位-事项代码-序号-校验码", fault="shape")
    if match[2] != _check_character(match[1]):
        raise InvalidNumberError("文书编号校验码不符，请核对是否抄写有误", fault="check")


def document_id(number: str) -> UUID:
    """Name a document by its number, so that issuing it twice is issuing it once."""
    return uuid5(_NAMESPACE, f"document/{number}")


def _check_character(text: str) -> str:
    """Compute the check character of ISO 7064 MOD 37,36 over the digits and letters of ``text``."""
    rest = 36
    for character in text.replace("-", ""):
        rest = (rest + _CHARSET.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return _CHARSET[(37 - rest) % 36]

"""The kinds of text that request bodies are made of."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from rules.errors import InvalidNumberError
from rules.numbers import check_credit_code, check_project_code


class Body(BaseModel):
    """A request body; a member it does not know is a mistake that must not pass unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _storable(text: str) -> str:
    # PostgreSQL cannot hold the character NUL in a text.
    if "\0" in text:
        raise PydanticCustomError("nul", "不得含有 NUL 字符")
    return text


def _checked(check: Callable[[str], None]) -> AfterValidator:
    def accept(text: str) -> str:
        try:
            check(text)
        except InvalidNumberError as error:
            raise PydanticCustomError("number", "{why}", {"why": error.message}) from error
        return text

    return AfterValidator(accept)


def _text(longest: int) -> object:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Name = Annotated[str, _text(200), AfterValidator(_storable)]
Prose = Annotated[str, _text(4000), AfterValidator(_storable)]
# No proof that somebody reads there: only that a mail server can be asked. Nothing in it starts a header of its own.
MAILBOX = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$"
Email = Annotated[str, Field(pattern=MAILBOX, max_length=254)]
#: Of the mainland; others are called.
Mobile = Annotated[str, Field(pattern=r"^1[3-9]\d{9}$", max_length=11)]
Days = Annotated[int, Field(ge=1, le=365, strict=True)]
CreditCode = Annotated[str, _checked(check_credit_code)]
ProjectCode = Annotated[str, _checked(check_project_code)]

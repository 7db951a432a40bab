"""Read what a page's form sends with the very model that the API reads its body with."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from portal.problems import in_words, invalid

_BETWEEN: Final = re.compile("[,，、;；]")
Form = TypeVar("Form", bound=BaseModel)


def filled_in(
    form: type[Form], sent: Mapping[str, Sequence[str]], *, many: Collection[str] = (), yes_no: Collection[str] = ()
) -> Form:
    """Read the fields of a form; an empty one was left out. Raises InvalidRequestError.

    ``many`` are fields of several numbers, ``yes_no`` those that say ``yes`` or ``no``.
    """
    content: dict[str, Any] = {}
    for name in form.model_fields:
        values = [value.strip() for value in sent.get(name, ()) if value.strip()]
        if name in many:
            content[name] = [int(value) if value.isascii() and value.isdigit() else value for value in values]
        elif values:
            content[name] = {"yes": True, "no": False}.get(values[0], values[0]) if name in yes_no else values[0]
    try:
        return form.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise invalid([{**each, "msg": in_words(each)} for each in found]) from error


def listed(sent: Mapping[str, Sequence[str]], names: Collection[str]) -> dict[str, list[str]]:
    """Take apart fields in which several codes are written, with spaces or commas of either kind between them."""
    return {name: _BETWEEN.sub(" ", " ".join(sent.get(name, ()))).split() for name in names}

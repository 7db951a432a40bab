"""What the administration's pages share: who may open them, and how they read a form."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends
from fastapi.responses import RedirectResponse

from casework.signing_in import Visit
from models import Role
from portal.errors import InvalidRequestError
from portal.pages.visiting import visiting

AsAdministrator = Annotated[Visit, Depends(visiting(Role.ADMINISTRATOR))]
#: Who did what is for those who watch over the office, too.
AsWatcher = Annotated[Visit, Depends(visiting(Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR))]
_LONGEST: Final = 500


def one(sent: Mapping[str, list[str]], name: str, *, required: bool = False, longest: int = _LONGEST) -> str:
    """Return a field of a form. Raises InvalidRequestError where it is needed and empty, or too long."""
    value = "".join(sent.get(name, [])[:1]).strip()
    if required and not value:
        raise InvalidRequestError("请填写必填项", errors=[{"location": name, "message": "必填"}])
    if len(value) > longest or "\0" in value:
        raise InvalidRequestError("填写的内容过长", errors=[{"location": name, "message": f"≤ {longest}"}])
    return value


def led_to(path: str) -> RedirectResponse:
    """Lead on to a page after a form was sent, so that reloading sends it no second time."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER.value)

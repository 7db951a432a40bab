"""Which of its assignments somebody sees in the inbox, and the filters that they keep under a name."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from casework import saved_filters
from casework.queries import InboxFilter
from casework.signing_in import Visit
from models import Role
from portal.dependencies import Session
from portal.errors import InvalidRequestError
from portal.pages.visiting import PageRoute, SentForm, visiting
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus

router = APIRouter(prefix="/inbox/filters", route_class=PageRoute)
Staff = Annotated[Visit, Depends(visiting(Role.HANDLER, Role.HEAD))]
_LONGEST_WORDS: Final = 100
_LONGEST_NAME: Final = 40
#: In an address: one's own, whoever opens it.
_MINE: Final = "mine"


def asked_for(given: Mapping[str, str], account: str) -> InboxFilter:
    """Read a filter from an address; what is no choice is none."""
    status, light = given.get("status", ""), given.get("light", "")
    return InboxFilter(
        status=AssignmentStatus(status) if status in set(AssignmentStatus) else None,
        light=Light(light) if light in set(Light) else None,
        item=given.get("item", "")[:_LONGEST_WORDS].replace("\0", "") or None,
        handler=account if given.get("whose") == _MINE else None,
        words=given.get("words", "").strip()[:_LONGEST_WORDS].replace("\0", "") or None,
    )


def query_of(asked: InboxFilter) -> str:
    """Write a filter as the query of an address."""
    return urlencode(_as_asked(asked))


def _as_asked(asked: InboxFilter) -> dict[str, str]:
    found = asked.asked()
    return found | {"whose": _MINE} if found.pop("handler", None) else found


@router.post("")
async def keep(seen: Staff, session: Session, sent: SentForm) -> Response:
    """Keep the filter that is on under a name."""
    name = "".join(letter for letter in _one(sent, "name") if letter.isprintable()).strip()
    asked = asked_for(dict(parse_qsl(_one(sent, "query"))), seen.caller.account)
    if not name or len(name) > _LONGEST_NAME or not asked.asked():
        raise InvalidRequestError(f"请先选择筛选条件，并给它一个名称（不超过 {_LONGEST_NAME} 个字）", errors=[])
    await saved_filters.save(session, seen.caller.account, name, _as_asked(asked))
    return RedirectResponse(f"/inbox?{query_of(asked)}", HTTPStatus.SEE_OTHER.value)


@router.post("/forget")
async def forget(seen: Staff, session: Session, sent: SentForm) -> Response:
    """Keep a filter no longer."""
    await saved_filters.forget(session, seen.caller.account, _one(sent, "name"))
    return RedirectResponse("/inbox", HTTPStatus.SEE_OTHER.value)


def _one(sent: Mapping[str, list[str]], name: str) -> str:
    return "".join(sent.get(name, [])[:1]).replace("\0", "")

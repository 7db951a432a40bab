"""Who may use which address: read from the gates that the routes stand behind, so that it cannot say anything else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from models import Role
from portal.authentication import Having, HavingFirst
from portal.pages.applicant_forms import visiting_applicant, visiting_first
from portal.pages.party import visiting_party
from portal.pages.visiting import Visiting, sent_form
from portal.signatures import signed_message, signed_opinion, signed_upload
from portal.tracking import applicant_of

#: Addresses without a gate, and why; a route that is neither here nor behind a gate is a mistake.
OPEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/openapi.json": "the description of the API",
        "/healthz": "asked by machines",
        "/readyz": "asked by machines",
        "/api/v1": "says where to find what",
        "/problems/{code}": "explains an error",
        "/api/v1/catalog/journeys": "published to everybody (行政许可法 art. 30)",
        "/api/v1/catalog/calendar/{year}": "published to everybody",
        "/api/v1/documents/{number}": "needs the document's check code",
        "/api/v1/documents/{number}/pdf": "needs the document's check code",
        "/verify": "needs the document's check code",
        "/sign-in": "the entrance",
        "/sign-in/oidc": "the entrance by the installation's provider",
        "/sign-in/oidc/callback": "the way back from there; what it brings is proved by the provider's signature",
        "/track": "asks an applicant for number and code",
        "/language/{language}": "remembers a choice in the browser",
        "/static": "styles and scripts",
    }
)
_LINKED: Final = "/api/v1/files/{sha256}"
_CODED: Final = frozenset({applicant_of, visiting_applicant, visiting_first})
_SIGNED: Final = frozenset({signed_message, signed_opinion, signed_upload})
_UNASKED: Final = frozenset({"HEAD", "OPTIONS"})


class Way(StrEnum):
    """How an address knows who calls."""

    OPEN = "open"
    #: A person, by a token (API) or a session (pages), who has one of some roles.
    PERSON = "person"
    #: An applicant, by the tracking code of one application.
    CODE = "tracking code"
    #: An applicant whom a provider has named (OIDC), who sees all of their applications.
    IDENTITY = "identity"
    #: A department's system, by its signature.
    SIGNATURE = "signature"
    #: A department's system, by a signed link that ends.
    LINK = "link"


class Nobody(StrEnum):
    """Callers who are no person of the office."""

    ANONYMOUS = "anonymous"
    APPLICANT = "applicant"
    DEPARTMENT = "department system"


Reader = Role | Nobody
#: The columns of the matrix.
READERS: Final[tuple[Reader, ...]] = (Nobody.ANONYMOUS, Nobody.APPLICANT, Nobody.DEPARTMENT, *Role)
_BY_WAY: Final[Mapping[Way, frozenset[Reader]]] = MappingProxyType(
    {
        Way.OPEN: frozenset(READERS),
        Way.CODE: frozenset({Nobody.APPLICANT}),
        Way.IDENTITY: frozenset({Nobody.APPLICANT}),
        Way.SIGNATURE: frozenset({Nobody.DEPARTMENT}),
        Way.LINK: frozenset({Nobody.DEPARTMENT}),
    }
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who passes the gate of one address; whose turn it is and whose matter it is, casework says behind it."""

    method: str
    path: str
    way: Way
    readers: frozenset[Reader]


def matrix(app: FastAPI) -> list[Access]:
    """Read the gates of every route. Raises LookupError for a route that has none and is not meant to be open."""
    return sorted(_rows(app), key=lambda row: (row.path, row.method))


def written(app: FastAPI) -> str:
    """Write the matrix as a Markdown document."""
    head = [
        "# Who may use what",
        "",
        "Every address and who passes its gate (●), read from the code by `daiban protocol docs`; each cell is tested.",
        "Behind the gate it still matters whose turn it is, and a department finds its own matters only.",
        "*Way* is how an address knows who calls: a person by token (`/api/…`) or session (pages), an applicant by",
        "number and tracking code or by a provider's word (identity), a department's system by signature or",
        "signed link.",
        "",
        "| method | address | way | " + " | ".join(READERS) + " |",
        "|---|---|---|" + ":-:|" * len(READERS),
    ]
    rows = [
        f"| {row.method} | `{row.path}` | {row.way} | " + " | ".join(_mark(row, each) for each in READERS) + " |"
        for row in matrix(app)
    ]
    return "\n".join([*head, *rows, "", "Open to everybody, and why:", "", *_reasons()]) + "\n"


def _mark(row: Access, reader: Reader) -> str:
    return "●" if reader in row.readers else "–"


def _reasons() -> list[str]:
    return [f"- `{path}`: {why}" for path, why in sorted(OPEN.items())]


def _rows(app: FastAPI) -> Iterator[Access]:
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        way, roles = _gate(path, route)
        readers = frozenset[Reader](roles) if way is Way.PERSON else _BY_WAY[way]
        for method in sorted((route.methods or {"GET"}) - _UNASKED):
            yield Access(method, path, way, readers)


def _gate(path: str, route: RouteContext) -> tuple[Way, frozenset[Role]]:
    calls = list(_calls(getattr(route, "dependant", None)))
    gates = [frozenset(call.roles) for call in calls if isinstance(call, Having | HavingFirst | Visiting)]
    if gates:
        return Way.PERSON, frozenset.intersection(*gates)
    if sent_form in calls:
        return Way.PERSON, frozenset(Role)
    if visiting_party in calls:
        return Way.IDENTITY, frozenset()
    if not _CODED.isdisjoint(calls):
        return Way.CODE, frozenset()
    if not _SIGNED.isdisjoint(calls):
        return Way.SIGNATURE, frozenset()
    if path == _LINKED:
        return Way.LINK, frozenset()
    if path not in OPEN:
        raise LookupError(f"{path} has no gate: give it one, or say in portal/access.py why it is open")
    return Way.OPEN, frozenset()


def _calls(dependant: Any) -> Iterator[Any]:
    """Walk everything that a route depends on."""
    for each in dependant.dependencies if dependant else ():
        yield each.call
        yield from _calls(each)

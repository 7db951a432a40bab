"""What the API says of itself: the shapes and examples of answers, of problems, and of departments' events."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, get_args

from fastapi import FastAPI
from pydantic import TypeAdapter

from casework import queries
from casework.alerts import AlertLine
from casework.decision_conflicts import ConflictLine
from casework.documents import Verified
from casework.endpoint_health import EndpointHealth
from casework.engagements import EngagementReport
from casework.enquiries import EnquiryLine
from casework.inboxes import InboxLine
from casework.party_changes import PartyVersion
from casework.posts import AbsenceLine, PostLine
from casework.queries.documents import named_fields
from casework.stuck_messages import StuckMessage
from kit import protocol
from portal import examples
from portal.errors import (
    BodyTooLargeError,
    InternalError,
    InvalidRequestError,
    NotAuthenticatedError,
    RequestTimeoutError,
    StaleTimestampError,
    UnavailableError,
    UnknownEventTypeError,
    UnsupportedMediaTypeError,
    UnsupportedVersionError,
)
from portal.events import EVENT
from portal.problems import MEDIA_TYPE, STATUS, title
from rules import errors
from rules.errors import DaibanError

_REFERENCE: Final = "#/components/schemas/{model}"
_SHAPES: Final = (
    queries.ApplicationReport,
    queries.Summary,
    queries.Step,
    queries.CatalogForm,
    queries.CalendarYear,
    queries.DocumentLine,
    queries.Filing,
    Verified,
    PostLine,
    AbsenceLine,
    EnquiryLine,
    EngagementReport,
    AlertLine,
    queries.CommitmentLine,
    queries.CreditReport,
    PartyVersion,
    queries.FileLine,
    queries.Tracked,
    EndpointHealth,
    StuckMessage,
    ConflictLine,
    InboxLine,
    queries.ComplaintLine,
    queries.FindingLine,
    queries.Supervised,
    queries.AppointmentLine,
)
_PLACES: Final = {
    "type": "array",
    "description": "The places of an invalid request.",
    "items": {"type": "object", "properties": {"location": {"type": "string"}, "message": {"type": "string"}}},
}
_PROBLEM: Final = {
    "type": "object",
    "title": "Problem",
    "description": "A problem document (RFC 9457); some kinds carry further members.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Names the kind; the address explains it."},
        "title": {"type": "string", "description": "What the kind means, in English."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened this time, in Chinese."},
        "errors": _PLACES,
    },
}

#: What may be wrong with whatever a department signs.
SIGNED_PROBLEMS: Final[tuple[type[DaibanError], ...]] = (
    UnsupportedVersionError,
    NotAuthenticatedError,
    StaleTimestampError,
    errors.WrongDepartmentError,
    errors.UnknownAssignmentError,
    RequestTimeoutError,
    BodyTooLargeError,
    UnsupportedMediaTypeError,
    InvalidRequestError,
    UnavailableError,
)
#: What may be wrong with any event, before and after its signature is verified.
EVENT_PROBLEMS: Final[tuple[type[DaibanError], ...]] = (
    *SIGNED_PROBLEMS,
    errors.AssignmentClosedError,
    errors.NotAllowedNowError,
    errors.EventReusedError,
    errors.InvalidEventError,
    UnknownEventTypeError,
    errors.ClockSkewError,
)
Responses = dict[int | str, dict[str, Any]]


def answers(
    example: object,
    shape: type | None = None,
    *,
    page: str | None = None,
    whole: str | None = None,
    status: int = 200,
    why: str = "OK",
) -> Responses:
    """Document an answer by an example, and by the query's answer it is: one, a page of them under ``page``, or all
    of them under ``whole``."""
    content: dict[str, Any] = {"example": example}
    if shape is not None:
        content["schema"] = {"$ref": _REFERENCE.format(model=shape.__name__)}
    if page is not None:
        following = {"type": ["string", "null"], "description": "Address of the following page."}
        properties = {page: {"type": "array", "items": content["schema"]}, "next": following}
        content["schema"] = {"type": "object", "required": [page, "next"], "properties": properties}
    if whole is not None:
        properties = {whole: {"type": "array", "items": content["schema"]}}
        content["schema"] = {"type": "object", "required": [whole], "properties": properties}
    return {status: {"description": why, "content": {"application/json": content}}}


def file_answer(example: str, *media_types: str) -> Responses:
    """Document an answer that is a file of one of some kinds."""
    content = {"schema": {"type": "string", "format": "binary"}, "example": example}
    return {200: {"description": "OK", "content": dict.fromkeys(media_types, content)}}


#: What every address may answer that a person calls with a body, and what it may answer of an application.
OF_A_CALLER: Final = (InvalidRequestError, NotAuthenticatedError, errors.ForbiddenError, BodyTooLargeError)
OF_AN_APPLICATION: Final = (*OF_A_CALLER, errors.NotFoundError, errors.InvalidNumberError)


def problems(*kinds: type[DaibanError]) -> Responses:
    """Document which errors an endpoint may answer with."""
    by_status: dict[int | str, list[type[DaibanError]]] = defaultdict(list)
    for kind in dict.fromkeys(kinds):
        by_status[STATUS[kind].value].append(kind)
    return {status: _problem_answer(found) for status, found in by_status.items()}


def _problem_answer(kinds: list[type[DaibanError]]) -> dict[str, Any]:
    shown = {
        kind.code: {
            "type": f"/problems/{kind.code}",
            "title": title(kind),
            "status": STATUS[kind].value,
            "detail": "……",
        }
        for kind in kinds
    }
    content = {
        "schema": {"$ref": _REFERENCE.format(model="Problem")},
        "examples": {code: {"value": value} for code, value in shown.items()},
    }
    description = "; ".join(f"`{kind.code}` {title(kind)}" for kind in kinds)
    return {"description": description, "content": {MEDIA_TYPE: content}}


def event_body() -> dict[str, Any]:
    """Document the body of a department's event, which is read only once its signature is verified."""
    content = {
        "schema": {"$ref": _REFERENCE.format(model="DepartmentEvent")},
        "examples": {name: {"value": value} for name, value in examples.EVENTS.items()},
    }
    return {
        "requestBody": {
            "required": True,
            "content": {"application/cloudevents+json": content, "application/json": content},
        },
        "parameters": signature_headers("of `id.timestamp.body`"),
    }


def empty_body() -> dict[str, Any]:
    """Document a signed request that says nothing but who asks."""
    content = {"schema": {"type": "object"}, "examples": {"empty": {"value": {}}}}
    return {
        "requestBody": {"required": True, "content": {"application/json": content}},
        "parameters": signature_headers("of `id.timestamp.body`"),
    }


def file_body() -> dict[str, Any]:
    """Document a body that is a file."""
    content = {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}
    return {"requestBody": {"required": True, "content": {"application/octet-stream": content}}}


def signature_headers(signed: str) -> list[dict[str, Any]]:
    """Document the headers by which a department signs."""
    headers = {
        protocol.HEADER: f"Version of the protocol; {protocol.OLDEST} where it is missing.",
        "webhook-id": "The id of the message, the same however often it is sent.",
        "webhook-timestamp": "Unix seconds, at most five minutes from our clock.",
        "webhook-signature": f"`v1,` and the HMAC-SHA256 {signed} in base64.",
    }
    return [
        {
            "name": name,
            "in": "header",
            "required": name != protocol.HEADER,
            "description": why,
            "schema": {"type": "string"},
        }
        for name, why in headers.items()
    ]


def document(app: FastAPI) -> None:
    """Add to the application's OpenAPI document what FastAPI cannot know."""
    framework = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            written = framework()
            _drop_unused_validation_errors(written)
            _add_what_may_happen_anywhere(written)
            written["components"]["schemas"].update(_components())
        return framework()

    app.openapi = complete  # type: ignore[method-assign]


def _add_what_may_happen_anywhere(written: dict[str, Any]) -> None:
    """Say of every operation what its own code does not: a body too large or too slow, no database, our mistake."""
    for path in written["paths"].values():
        for operation in path.values():
            anywhere = problems(InternalError, UnavailableError)
            with_body = problems(RequestTimeoutError, BodyTooLargeError) if "requestBody" in operation else {}
            for status, answer in {**with_body, **anywhere}.items():
                operation["responses"].setdefault(str(status), answer)


def _drop_unused_validation_errors(written: dict[str, Any]) -> None:
    """Take out what FastAPI says of every operation with a parameter, in a form that we never answer."""
    operations = (operation for path in written["paths"].values() for operation in path.values())
    for operation in operations:
        if "HTTPValidationError" in str(operation["responses"].get("422")):
            del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        written["components"]["schemas"].pop(name, None)


@cache
def _components() -> dict[str, Any]:
    event = EVENT.json_schema(ref_template=_REFERENCE)
    found: dict[str, Any] = {"Problem": _PROBLEM, **event.pop("$defs"), "DepartmentEvent": event}
    for shape in _SHAPES:
        schema = TypeAdapter(shape).json_schema(ref_template=_REFERENCE, mode="serialization")
        found.update({**schema.pop("$defs", {}), shape.__name__: schema})
        for part in _shapes_in(shape):
            _add_chinese_names(found[part.__name__], part)
    return found


def _shapes_in(annotation: Any) -> Iterator[type]:
    if is_dataclass(annotation) and isinstance(annotation, type):
        yield annotation
        for field in fields(annotation):
            yield from _shapes_in(field.type)
    for argument in get_args(annotation):
        yield from _shapes_in(argument)


def _add_chinese_names(schema: dict[str, Any], shape: type) -> None:
    names = [f"{name}_zh" for name, has_chinese_name in named_fields(shape) if has_chinese_name]
    schema["properties"].update({name: {"type": ["string", "null"]} for name in names})
    schema["required"] = list(schema["properties"])  # an answer leaves nothing out

"""What the API says of itself: the shapes and examples of answers, of problems, and of departments' events."""

from collections import defaultdict
from functools import cache
from typing import Any, Final

from fastapi import FastAPI
from pydantic import TypeAdapter

from casework.queries.documents import named_fields
from portal import examples
from portal.events import EVENT
from portal.problems import MEDIA_TYPE, STATUS, problem_type, title
from rules.errors import DaibanError

_REFERENCE: Final = "#/components/schemas/{model}"
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
        "errors": {
            "type": "array",
            "description": "The places of an invalid request.",
            "items": {
                "type": "object",
                "properties": {"location": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_shapes: dict[str, type] = {}

Responses = dict[int | str, dict[str, Any]]


def answers(shape: type | None, example: object, *, status: int = 200, description: str = "") -> Responses:
    """Document an answer by an example, and by the query's answer that it is made of."""
    content: dict[str, Any] = {"example": example}
    if shape is not None:
        _shapes[shape.__name__] = shape
        reference = {"$ref": _REFERENCE.format(model=shape.__name__)}
        listed = [name for name, value in example.items() if isinstance(value, list)] if _is_page(example) else []  # type: ignore[attr-defined]
        content["schema"] = _page(listed[0], reference) if listed else reference
    return {status: {"description": description or "OK", "content": {"application/json": content}}}


def problems(*kinds: type[DaibanError]) -> Responses:
    """Document which errors an endpoint may answer with."""
    by_status: dict[int | str, list[type[DaibanError]]] = defaultdict(list)
    for kind in kinds:
        by_status[STATUS[kind].value].append(kind)
    return {
        status: {
            "description": "; ".join(f"`{kind.code}` {title(kind)}" for kind in found),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": _REFERENCE.format(model="Problem")},
                    "examples": {kind.code: {"value": _problem_example(kind)} for kind in found},
                }
            },
        }
        for status, found in by_status.items()
    }


def event_body() -> dict[str, Any]:
    """Document the body of a department's event, which is read only once its signature is verified."""
    content = {
        "schema": {"$ref": _REFERENCE.format(model="DepartmentEvent")},
        "examples": {name: {"value": value} for name, value in examples.EVENTS.items()},
    }
    headers = [
        ("webhook-id", "The id of the message, the same however often it is sent."),
        ("webhook-timestamp", "Unix seconds, at most five minutes from our clock."),
        ("webhook-signature", "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64."),
    ]
    return {
        "requestBody": {
            "required": True,
            "content": {"application/cloudevents+json": content, "application/json": content},
        },
        "parameters": [
            {"name": "assignment", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
            *(
                {"name": name, "in": "header", "required": True, "description": why, "schema": {"type": "string"}}
                for name, why in headers
            ),
        ],
    }


def document(app: FastAPI) -> None:
    """Add to the application's OpenAPI document what FastAPI cannot know."""
    framework = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            written = framework()
            known = written.setdefault("components", {}).setdefault("schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                known.pop(unused, None)
            known.update(_components())
        return framework()

    app.openapi = complete  # type: ignore[method-assign]


@cache
def _components() -> dict[str, Any]:
    found: dict[str, Any] = {"Problem": _PROBLEM}
    event = EVENT.json_schema(ref_template=_REFERENCE)
    found.update(event.pop("$defs"))
    found["DepartmentEvent"] = event
    for name, shape in _shapes.items():
        schema = TypeAdapter(shape).json_schema(ref_template=_REFERENCE, mode="serialization")
        parts = {**schema.pop("$defs", {}), name: schema}
        found.update({part: _with_chinese_names(part, parts[part], shape) for part in parts})
    return found


def _with_chinese_names(name: str, schema: dict[str, Any], _shape: type) -> dict[str, Any]:
    """Add the ``…_zh`` members that stand beside words."""
    properties = schema.get("properties", {})
    for field, has_chinese_name in _fields_of(name):
        if has_chinese_name:
            properties[f"{field}_zh"] = {"type": ["string", "null"]}
            schema.setdefault("required", []).append(f"{field}_zh")
    return schema


def _problem_example(kind: type[DaibanError]) -> dict[str, Any]:
    return {"type": problem_type(kind.code), "title": title(kind), "status": STATUS[kind].value, "detail": "……"}

"""The department protocol as OpenAPI, one document for each direction, and the problem types; all from the code."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from deployments.reference_department import joint_protocol
from deployments.reference_department.protocol import DISPATCH
from kit import protocol
from portal import access
from portal.app import create_app
from portal.problems import BY_CODE, STATUS, title

_REFERENCE: Final = "#/components/schemas/{model}"
_EVENTS: Final = "application/cloudevents+json"
_PROBLEMS: Final = "application/problem+json"
_VERSION: Final = f"{protocol.VERSION}.0"
_HEADERS: Final[Mapping[str, str]] = {
    protocol.HEADER: "The version of the protocol.",
    "idempotency-key": "Equal to webhook-id: the same key gets the same answer and has no second effect.",
    "webhook-id": "The id of the message, the same however often it is sent.",
    "webhook-timestamp": "Unix seconds of this attempt; refuse one more than five minutes from your clock.",
    "webhook-signature": "One or more of `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, after spaces.",
}
_REFUSALS: Final[Mapping[int, str]] = {
    400: "A version of the protocol that is not understood; `supported` lists those that are.",
    401: "The signature is missing, stale or wrong.",
    404: "Nobody works at this address.",
    413: "More than 1 MiB.",
    422: "The body does not fit the protocol, or the key was used for something else.",
    429: "Too much at once; `Retry-After` says when to come again.",
    503: "Trouble that passes; `Retry-After` may say when to come again.",
}
_PROBLEM: Final = {
    "type": "object",
    "description": "A problem document (RFC 9457); some kinds carry further members.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_RECEIPT: Final = {
    "type": "object",
    "required": ["receipt_number"],
    "properties": {"receipt_number": {"type": "string", "minLength": 1, "maxLength": 200}},
}


def portal_side() -> dict[str, Any]:
    """Describe what departments send to the portal: the part of its own document that is meant for them."""
    whole = create_app().openapi()
    paths = {path: methods for path, methods in whole["paths"].items() if "departments" in _tags(methods)}
    schemas = whole["components"]["schemas"]
    return {
        "openapi": whole["openapi"],
        "info": {
            "title": "Daiban 代办: department → centre",
            "version": _VERSION,
            "description": "What a department's system sends to the portal; see department-protocol.md.",
        },
        "paths": paths,
        "components": {"schemas": {name: schemas[name] for name in sorted(_reached(paths, schemas))}},
    }


def department_side() -> dict[str, Any]:
    """Describe what the portal sends to a department's system, which implements it."""
    schemas: dict[str, Any] = {"Problem": _PROBLEM, "Receipt": _RECEIPT}
    assignment = {"name": "assignment", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    opinion = {**assignment, "name": "opinion"}
    message = _body(schemas, "Message", joint_protocol.ABOUT_ASSIGNMENT)
    told = _body(schemas, "OpinionMessage", joint_protocol.OPINION_MESSAGE)
    receipt = {"$ref": _REFERENCE.format(model="Receipt")}
    paths = {
        "/assignments": _post("派件 · An assignment", _body(schemas, "Dispatch", DISPATCH), receipt),
        "/assignments/{assignment}/messages": _post("部门任务的消息 · A message about it", message, {}, assignment),
        "/opinions": _post("征求意见 · An opinion is asked for", _body(schemas, "Opinion", joint_protocol.OPINION), {}),
        "/opinions/{opinion}/messages": _post("意见的消息 · A message about it", told, {}, opinion),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Daiban 代办: centre → department",
            "version": _VERSION,
            "description": "What a department's system answers when the portal sends; see department-protocol.md.",
        },
        "servers": [{"url": "https://department.example.gov.cn/daiban", "description": "the endpoint in the catalog"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def problem_list() -> str:
    """List every problem type as a Markdown document."""
    rows = [f"| `{code}` | {STATUS[kind].value} | {title(kind)} |" for code, kind in sorted(BY_CODE.items())]
    head = [
        "# Problem types",
        "",
        "Every refusal of the portal is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).",
        "Its `type` ends in one of these codes and is the address of a page with the same explanation,",
        "`GET /problems/{code}`. Written by `daiban protocol docs`.",
        "",
        "| code | status | meaning |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def documents() -> dict[str, str]:
    """Return every generated document by its path below the folder of the documents."""
    return {
        "openapi/portal.json": _written(portal_side()),
        "openapi/department.json": _written(department_side()),
        "problems.md": problem_list(),
        "access.md": access.written(create_app()),
    }


def write(folder: Path) -> list[Path]:
    """Write every generated document and return where."""
    written = []
    for name, content in documents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def _written(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _tags(methods: Mapping[str, Any]) -> set[str]:
    return {tag for operation in methods.values() for tag in operation.get("tags", ())}


def _reached(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """Name the schemas that a part of a document leads to, directly or through others."""
    found: set[str] = set()
    open_ = list(_references(part))
    while open_:
        name = open_.pop()
        if name not in found:
            found.add(name)
            open_ += _references(schemas[name])
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _body(schemas: dict[str, Any], name: str, *adapters: TypeAdapter[Any]) -> dict[str, Any]:
    """Add the forms of a message to the schemas and refer to them; each is told apart by its ``type``."""
    forms = []
    for adapter in adapters:
        schema = adapter.json_schema(ref_template=_REFERENCE)
        schemas.update(schema.pop("$defs", {}))
        forms += schema.get("oneOf", [schema])
    schemas[name] = forms[0] if len(forms) == 1 else {"oneOf": forms}
    return {"$ref": _REFERENCE.format(model=name)}


def _post(summary: str, body: dict[str, Any], answer: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    refused = {"schema": {"$ref": _REFERENCE.format(model="Problem")}}
    taken = {"schema": answer or {"type": "object"}}
    responses: dict[str, Any] = {"202": {"description": "Stored.", "content": {"application/json": taken}}}
    for status, why in _REFUSALS.items():
        responses[str(status)] = {"description": why, "content": {_PROBLEMS: refused}}
        if status in (429, 503):
            seconds = {"description": "Seconds.", "schema": {"type": "integer"}}
            responses[str(status)]["headers"] = {"Retry-After": seconds}
    headers = [
        {"name": name, "in": "header", "required": True, "description": why, "schema": {"type": "string"}}
        for name, why in _HEADERS.items()
    ]
    return {
        "post": {
            "summary": summary,
            "parameters": [*parameters, *headers],
            "requestBody": {"required": True, "content": {_EVENTS: {"schema": body}}},
            "responses": responses,
        }
    }

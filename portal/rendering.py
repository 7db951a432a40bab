"""Answers as JSON."""

from collections.abc import Mapping

import orjson
from fastapi import Response


def json_answer(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = "application/json"
) -> Response:
    """Write an answer as UTF-8 JSON, Chinese as it is."""
    return Response(orjson.dumps(content), int(status), dict(headers or {}), media_type)

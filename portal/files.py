"""Files: agents bring the content of materials, departments fetch it and upload the documents of their decisions."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from casework import files, queries
from casework.casefile import Actor
from kit import file_links, storage
from kit.database import transaction
from kit.file_kinds import MEDIA_TYPES
from kit.logs import get_logger
from kit.settings import settings
from portal import file_examples as examples
from portal.applications import ROOT, Number
from portal.authentication import InChargeFirst, OfTheCenter, origin
from portal.dependencies import Now, Session
from portal.documentation import (
    SIGNED_PROBLEMS,
    answers,
    empty_body,
    file_answer,
    file_body,
    problems,
    signature_headers,
)
from portal.errors import (
    BodyTooLargeError,
    FileTooLargeError,
    InvalidRequestError,
    LinkExpiredError,
    LinkInvalidError,
    NotAuthenticatedError,
    RequestTimeoutError,
    UnavailableError,
)
from portal.fields import Name
from portal.rendering import json_answer
from portal.signatures import Signed, SignedUpload
from rules import errors

#: Kinds of files that a page of ours shows in its place.
SHOWN: Final = frozenset({"pdf", "png", "jpeg"})
_WITHIN_OURS: Final = {
    "Content-Security-Policy": "frame-ancestors 'self'; script-src 'none'",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Resource-Policy": "same-origin",
}
router = APIRouter(tags=["files"])
for_departments = APIRouter(tags=["departments"])
log = get_logger("portal")
Sha256 = Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[Name, Query(description="What the file is called; it says nothing of its kind.")]
_TAKEN: Final = (
    BodyTooLargeError,
    FileTooLargeError,
    errors.FileKindRefusedError,
    errors.FileInfectedError,
    RequestTimeoutError,
    InvalidRequestError,
    UnavailableError,
)
_GIVEN: Final = (
    errors.NotFoundError,
    errors.FileQuarantinedError,
    errors.FileInfectedError,
    InvalidRequestError,
    UnavailableError,
)
_OF_APPLICATION: Final = (
    NotAuthenticatedError,
    errors.ForbiddenError,
    errors.NotFoundError,
    errors.InvalidNumberError,
    InvalidRequestError,
    UnavailableError,
)
_FILE: Final = file_answer("%PDF-1.7", *MEDIA_TYPES.values())


@router.post(
    f"{ROOT}/{{number}}/files",
    summary="上传材料 · Upload the content of a material",
    openapi_extra=file_body(),
    responses={
        **answers(examples.BROUGHT),
        **problems(
            *_TAKEN,
            *_OF_APPLICATION,
            errors.NotAuthorisedError,
            errors.InPersonRequiredError,
            errors.ApplicationClosedError,
            errors.InvalidIntakeError,
        ),
    },
)
async def upload_material(
    agent: InChargeFirst, number: Number, request: Request, now: Now, material: Name, name: FileName = "file"
) -> Response:
    """Bring a material, or the content of one that was only named; another content replaces it. Safe to repeat.

    The body is the file itself. It is kept by its SHA-256, once however often it is brought; what it is, its content
    says. What the scanner could not look at (`finding`: `quarantined`) counts as brought, but nobody gets it yet.
    """
    async with incoming_file(request.stream()) as incoming:
        kept = await files.keep(incoming)
    async with transaction() as session:
        version = await files.file_material(session, number, material, kept, name, actor=agent.actor, now=now)
    return json_answer({"material": material, "version": version, **_described(kept)})


@router.get(
    f"{ROOT}/{{number}}/files",
    summary="文件列表 · The files",
    responses={**answers(examples.FILES, queries.FileLine, whole="files"), **problems(*_OF_APPLICATION)},
)
async def list_files(_: OfTheCenter, number: Number, session: Session) -> Response:
    """Every version of each material, and the result documents of the departments."""
    found = await queries.files(session, number)
    return json_answer({"files": [queries.as_json(file) for file in found]})


@router.get(
    f"{ROOT}/{{number}}/files/{{sha256}}",
    summary="下载文件 · Fetch a file",
    response_class=Response,
    responses={**_FILE, **problems(*_GIVEN, *_OF_APPLICATION)},
)
async def fetch_file(person: OfTheCenter, number: Number, sha256: str, session: Session, now: Now) -> Response:
    """The content of a file of the application; who fetched it is recorded."""
    return sent_file(await files.of_application(session, number, sha256, actor=person.actor, now=now))


@for_departments.get(
    "/api/v1/files/{sha256}",
    summary="部门取件 · A department fetches a material",
    response_class=Response,
    responses={
        **_FILE,
        **problems(*_GIVEN, LinkInvalidError, LinkExpiredError),
    },
)
async def fetch_material(
    sha256: str,
    request: Request,
    session: Session,
    now: Now,
    assignment: UUID,
    department: Annotated[str, Query(pattern=r"^[A-Z]{2,8}$")],
    expires: Annotated[int, Query(ge=0, le=2**40)],
    signature: Annotated[str, Query(min_length=64, max_length=64)],
) -> Response:
    """The content behind a link that a message to a department carried, for as long as the link says.

    Good only while the department has the assignment, or is asked for its opinion on it. The access is recorded.
    """
    given = file_links.FileLink(sha256, assignment, department, expires)
    if not file_links.is_genuine(given, signature):
        raise LinkInvalidError("链接无效")
    if file_links.has_expired(given):
        raise LinkExpiredError("链接已过期，请重新取得材料清单")
    actor = Actor(f"department/{department}", origin(request))
    kept = await files.for_department(session, assignment, department, sha256, actor=actor, now=now)
    return sent_file(kept)


@for_departments.post(
    "/api/v1/assignments/{assignment}/materials",
    summary="部门取材料清单 · A department's list of materials",
    openapi_extra=empty_body(),
    responses={**answers(examples.MATERIALS), **problems(*SIGNED_PROBLEMS)},
)
async def list_materials(message: Signed, session: Session) -> Response:
    """The newest content of every material, each with a new link. Signed like an event; the body is `{}`."""
    found = await queries.fetchable_files(session, message.assignment)
    return json_answer({"materials": [_linked(file, message.assignment, message.department) for file in found]})


@for_departments.put(
    "/api/v1/assignments/{assignment}/results/{sha256}",
    summary="部门上传结果文书 · A department uploads the document of its decision",
    openapi_extra={**file_body(), "parameters": signature_headers("of `id.timestamp.sha256`, the hash in the address")},
    responses={
        **answers(examples.RESULT),
        **problems(*SIGNED_PROBLEMS, *_TAKEN, errors.FileAlteredError),
    },
)
async def upload_result(
    message: SignedUpload, sha256: str, request: Request, now: Now, name: FileName = "result"
) -> Response:
    """Bring a result document; the decision then names it by its hash (`document`). Safe to repeat.

    The signature is over the hash in the address in place of the body, so that it is checked before the file is read;
    a file with another hash is refused.
    """
    async with incoming_file(request.stream()) as incoming:
        if incoming.sha256 != sha256:
            raise errors.FileAlteredError("收到的内容与所报哈希不一致", announced=sha256, arrived=incoming.sha256)
        kept = await files.keep(incoming)
    async with transaction() as session:
        await files.file_result(
            session, message.assignment, message.department, kept, name, actor=message.actor, now=now
        )
    return json_answer({"assignment": str(message.assignment), **_described(kept)})


@asynccontextmanager
async def incoming_file(pieces: AsyncIterator[bytes]) -> AsyncIterator[storage.Incoming]:
    """Take in pieces as a file; every way in which that fails is told as a problem."""
    try:
        async with files.taken_in(pieces) as incoming:
            yield incoming
    except storage.TooLargeError as error:
        largest = settings().file_bytes
        raise FileTooLargeError(f"文件超过 {largest // 1024} KiB", largest=largest) from error
    except ClientDisconnect as error:
        raise InvalidRequestError("文件没有传完", errors=[]) from error


def _described(kept: files.Kept) -> dict[str, Any]:
    return {
        "sha256": kept.sha256,
        "size": kept.size,
        "media_type": kept.media_type,
        "finding": kept.finding.value,
    }


def _linked(file: queries.FetchableFile, assignment: UUID, department: str) -> dict[str, Any]:
    url, until = file_links.link(file.sha256, assignment, department)
    content = {"sha256": file.sha256, "size": file.size, "media_type": file.media_type}
    return {"name": file.name, "version": file.version, "file": {**content, "url": url, "until": until.isoformat()}}


def sent_file(kept: files.Kept, *, within_a_page: bool = False) -> Response:
    """Answer with the content of a file: to be saved, or ``within_a_page`` of ours. Raises UnavailableError."""
    try:
        pieces: Iterator[bytes] = files.content(kept)
    except storage.MissingFileError as error:
        log.exception("file_missing", sha256=kept.sha256)
        raise UnavailableError("文件暂时取不到，请稍后再试") from error
    ending = next((kind for kind, media_type in MEDIA_TYPES.items() if media_type == kept.media_type), "bin")
    # Nothing that somebody uploaded runs in a browser as ours: pictures and PDF are shown, by the kind that their
    # content has and no other, and everything else is to be saved.
    shown = within_a_page and ending in SHOWN
    headers = {
        "Content-Length": str(kept.size),
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{quote(kept.sha256[:16])}.{ending}"',
        "ETag": f'"{kept.sha256}"',
        **(_WITHIN_OURS if shown else {}),
    }
    return StreamingResponse(pieces, headers=headers, media_type=kept.media_type)

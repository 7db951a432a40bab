"""Examples of files: brought by agents, fetched and uploaded by departments."""

from typing import Any, Final

from casework import queries
from kit.scanning import Finding
from portal.examples import ASSIGNMENT, MORNING, NOON

_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015"
_CONTENT: Final = {"sha256": _SHA256, "size": 482113, "media_type": "application/pdf"}
BROUGHT: Final[dict[str, Any]] = {"material": "章程", "version": 1, **_CONTENT, "finding": "clean"}
RESULT: Final[dict[str, Any]] = {"assignment": str(ASSIGNMENT), **_CONTENT, "finding": "clean"}
_URL: Final = (
    f"https://daiban.example.gov.cn/api/v1/files/{_SHA256}"
    f"?assignment={ASSIGNMENT}&department=MSB&expires=1772416800&signature={'0' * 64}"
)
MATERIALS: Final[dict[str, Any]] = {
    "materials": [
        {"name": "章程", "version": 1, "file": {**_CONTENT, "url": _URL, "until": "2026-03-02T02:00:00+00:00"}}
    ]
}
FILES: Final[dict[str, Any]] = {
    "files": [
        queries.as_json(line)
        for line in (
            queries.FileLine(
                material="章程",
                version=1,
                assignment=None,
                file_name="公司章程.pdf",
                brought_by="dai01",
                brought_at=MORNING,
                sha256=_SHA256,
                size=482113,
                media_type="application/pdf",
                finding=Finding.CLEAN,
                decided=False,
            ),
            queries.FileLine(
                material=None,
                version=None,
                assignment=ASSIGNMENT,
                file_name="营业执照.pdf",
                brought_by="department/MSB",
                brought_at=NOON,
                sha256=_SHA256[::-1],
                size=90211,
                media_type="application/pdf",
                finding=Finding.CLEAN,
                decided=True,
            ),
        )
    ]
}

"""Have the scanner look at files that it could not look at when they came."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import files
from kit.database import transaction
from kit.logs import get_logger
from kit.scanning import Finding
from kit.storage import MissingFileError

log = get_logger("files")


@task(name="empty-quarantine", cache_policy=NO_CACHE, persist_result=False)
async def empty_quarantine() -> int:
    """Scan what is in quarantine until the scanner is away again; return how many files have left it."""
    async with transaction() as session:
        waiting = await files.in_quarantine(session)
    released = 0
    for sha256 in waiting:
        try:
            finding = await files.look_again(sha256)
        except MissingFileError:
            log.exception("file_missing", sha256=sha256)
            continue
        if finding is Finding.QUARANTINED:
            break
        async with transaction() as session:
            await files.release(session, sha256, finding)
        log.info("file_released", sha256=sha256, finding=finding.value)
        released += 1
    return released

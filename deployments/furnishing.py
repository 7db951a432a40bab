"""What a local office is given before its first day: a catalog, agents, and the departments' signing secrets."""

import secrets

from casework import catalogs, people
from casework.catalog_file import read_catalog
from deployments.illustrative_catalog import KAIYUAN
from kit import clock
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from kit.file_links import ensure_file_link_secret
from kit.logs import get_logger
from kit.settings import settings
from kit.signing import ensure_department_secrets, keep_secret
from models import Role
from rules.catalog import Channel
from rules.errors import CatalogNotLoadedError

#: The agents of a local office: account, name, and the file below the secrets folder that holds their token.
LOCAL_AGENTS = (("dai01", "王代办", "api-token"), ("dai02", "李代办", "people/dai02"))

log = get_logger("prepare")


async def furnish() -> None:
    """Publish the catalog that ships with us unless one is published, register the agents, make missing secrets.

    Safe to repeat: a catalog that somebody has published is left alone.
    """
    async with transaction() as session:
        try:
            _, catalog = await catalogs.newest(session)
        except CatalogNotLoadedError:
            catalog = read_catalog(KAIYUAN)
            version, _ = await catalogs.publish(session, catalog, now=clock.now())
            log.info("catalog_published", version=version, folder=str(KAIYUAN))
        for account, name, secret in LOCAL_AGENTS:
            path = settings().secrets_dir / secret
            keep_secret(path, secrets.token_urlsafe(32))
            token = path.read_text(encoding="ascii").strip()
            await people.register(session, account, name, [Role.AGENT], token=token)
    ensure_check_code_secret()
    ensure_file_link_secret()
    ensure_department_secrets(d.code for d in catalog.departments.values() if d.channel is not Channel.INBOX)
    await dispose_engine()

"""What tells a healthy office from a sick one, in a few counts."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Ages are real time of the database: delivery does not depend on an accelerated clock.
_SIGNS = text("""
SELECT
  current_setting('server_version') AS postgresql,
  current_setting('server_version_num')::int / 10000 AS postgresql_major,
  (SELECT max(number) FROM catalog_versions) AS catalog_version,
  (SELECT count(*) FROM people WHERE active AND 'agent' = ANY(roles)) AS agents,
  (SELECT count(*) FROM applications) AS applications,
  (SELECT count(*) FROM applications WHERE NOT complete) AS open_applications,
  (SELECT count(*) FROM outbox_messages WHERE available_at <= now()) AS backlog,
  (SELECT extract(epoch FROM now() - min(available_at))::float FROM outbox_messages WHERE available_at <= now())
    AS backlog_seconds,
  (SELECT count(*) FROM outbox_messages WHERE kind = 'wake' AND attempts >= 10) AS stuck_wakes,
  (SELECT max(last_error) FROM outbox_messages WHERE kind = 'wake' AND attempts >= 10) AS stuck_error,
  (SELECT count(*) FROM applications a JOIN application_runs r ON r.application_id = a.id
    WHERE NOT a.complete AND r.flow_run_id IS NULL
      AND NOT EXISTS (SELECT FROM outbox_messages o WHERE o.application_id = a.id AND o.kind = 'wake')) AS unwoken,
  (SELECT count(*) FROM department_messages m
    WHERE (m.rejected_at IS NOT NULL OR m.parked_at IS NOT NULL) AND m.voided_at IS NULL
      AND m.sent_at IS NULL) AS rejected_messages
""")
_DEPARTMENTS = text("SELECT code, name, channel, endpoint FROM departments ORDER BY code")


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """Counts of one instant; ``backlog_seconds`` is how long the oldest due message has been waiting, in real time."""

    postgresql: str
    postgresql_major: int
    catalog_version: int | None
    agents: int
    applications: int
    open_applications: int
    backlog: int
    backlog_seconds: float | None
    #: Wakes that were tried ten times or more in vain, and what one of them met.
    stuck_wakes: int
    stuck_error: str | None
    #: Open applications without a run and without a message asking for one.
    unwoken: int
    #: Messages that a department's system refused, or that are parked: a person must look.
    rejected_messages: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How a department is reached."""

    code: str
    name: str
    channel: str
    endpoint: str | None


async def vital_signs(session: AsyncSession) -> VitalSigns:
    """Take the vital signs; nothing is locked."""
    return VitalSigns(*(await session.execute(_SIGNS)).one())


async def reaches(session: AsyncSession) -> list[Reach]:
    """List how every department is reached."""
    return [Reach(*row) for row in await session.execute(_DEPARTMENTS)]

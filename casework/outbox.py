"""The outbox: what the relay owes each application, at most one message of a kind at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL: Final = "daiban_outbox"
#: Where every change of an application is announced, by its id: pages that show it look again.
CHANGES: Final = "daiban_changes"

# A message being delivered is not locked, only pushed into the future: a newer change raises its seq at once, and the
# relay, finding the seq raised when it is done, delivers again.
_WAKE: Final = """
INSERT INTO outbox_messages (application_id, kind, seq) VALUES (:id, 'wake', :seq)
ON CONFLICT (application_id, kind) DO UPDATE
  SET seq = greatest(outbox_messages.seq, excluded.seq), available_at = now(), attempts = 0
"""
# A picture a second late is good enough, and the changes of that second become one.
_LATER: Final = """
INSERT INTO outbox_messages (application_id, kind, seq, available_at)
SELECT :id, kind, :seq, now() + make_interval(secs => 0.4) FROM unnest(CAST(:kinds AS text[])) AS kind
ON CONFLICT (application_id, kind) DO UPDATE
  SET seq = greatest(outbox_messages.seq, excluded.seq),
      available_at = least(outbox_messages.available_at, excluded.available_at)
"""
_RING: Final = f"pg_notify('{CHANNEL}', 'wake')"
_TELL_PAGES: Final = f"pg_notify('{CHANGES}', CAST(CAST(:id AS bigint) AS text))"
_NOTIFY = text(f"SELECT {_RING}")
_ENQUEUE_WAKE = text(f"WITH wake AS ({_WAKE}) SELECT {_RING}")
_ENQUEUE_LATER = text(f"WITH later AS ({_LATER}) SELECT {_TELL_PAGES}")
_ENQUEUE_BOTH = text(f"WITH wake AS ({_WAKE}), later AS ({_LATER}) SELECT {_RING}, {_TELL_PAGES}")
_OBSERVED = text("UPDATE application_runs SET observed_seq = :seq WHERE application_id = :id AND observed_seq < :seq")
# The last wake, that of a complete application, stays: the run has seen it, and has still to come to its end.
_SEEN = text("""
DELETE FROM outbox_messages o USING applications a
 WHERE o.application_id = :id AND o.kind = 'wake' AND o.seq <= :seq AND a.id = o.application_id AND NOT a.complete
""")
_TAKE = text("""
UPDATE outbox_messages SET available_at = now() + make_interval(secs => :lease), attempts = attempts + 1
 WHERE id IN (SELECT id FROM outbox_messages WHERE kind = :kind AND available_at <= now()
              ORDER BY available_at LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING id, application_id, kind, seq, attempts
""")
_FINISH = text("DELETE FROM outbox_messages WHERE id = :id AND seq = :seq")
_POSTPONE = text("""
UPDATE outbox_messages SET available_at = now() + make_interval(secs => :delay), last_error = :error
 WHERE id = :id AND seq = :seq
""")
_HASTEN = text("UPDATE outbox_messages SET available_at = now() WHERE application_id = :id AND kind = 'wake'")
_NEXT = text("SELECT extract(epoch FROM min(available_at) - now())::float FROM outbox_messages WHERE kind = :kind")


@dataclass(frozen=True, slots=True)
class Owed:
    """A message taken by a relay; ``attempts`` counts this one."""

    id: int
    application_id: int
    kind: str
    seq: int
    attempts: int


async def enqueue_wake(session: AsyncSession, application_id: int, seq: int) -> None:
    """Ask the relay to start or resume the application's flow run, as soon as this transaction commits."""
    await session.execute(_ENQUEUE_WAKE, {"id": application_id, "seq": seq})


async def enqueue(
    session: AsyncSession, application_id: int, seq: int, *, wake: bool, later: Sequence[str] = ()
) -> None:
    """Ask the relay to see to the application's flow run, as soon as this transaction commits.

    A little later, found by polling: ``mirror`` shows its state in Prefect, ``notify`` tells people of it.
    Open pages hear of what is owed later at once.
    """
    if not wake and not later:
        return
    statement = (_ENQUEUE_BOTH if later else _ENQUEUE_WAKE) if wake else _ENQUEUE_LATER
    kinds = {"kinds": list(later)} if later else {}
    await session.execute(statement, {"id": application_id, "seq": seq, **kinds})


async def record_observed(session: AsyncSession, application_id: int, seq: int) -> None:
    """Record that the flow has seen the application at revision ``seq``: wakes up to it have done their work."""
    await session.execute(_OBSERVED, {"id": application_id, "seq": seq})
    await session.execute(_SEEN, {"id": application_id, "seq": seq})


async def take(session: AsyncSession, kind: str, *, limit: int, lease_seconds: float) -> list[Owed]:
    """Take up to ``limit`` messages; they come back by themselves if not finished within the lease."""
    rows = await session.execute(_TAKE, {"kind": kind, "limit": limit, "lease": lease_seconds})
    return [Owed(*row) for row in rows]


async def finish(session: AsyncSession, owed: Owed) -> bool:
    """Remove a delivered message, unless a newer change has raised it meanwhile; tell whether it is gone."""
    deleted = await session.execute(_FINISH, {"id": owed.id, "seq": owed.seq})
    return bool(deleted.rowcount)  # type: ignore[attr-defined]


async def postpone(session: AsyncSession, owed: Owed, *, delay_seconds: float, error: str | None = None) -> None:
    """Make a message due again after a delay."""
    await session.execute(_POSTPONE, {"id": owed.id, "seq": owed.seq, "delay": delay_seconds, "error": error})


async def hasten(session: AsyncSession, application_id: int) -> None:
    """Make a postponed wake of an application due now."""
    hastened = await session.execute(_HASTEN, {"id": application_id})
    if hastened.rowcount:  # type: ignore[attr-defined]
        await session.execute(_NOTIFY)


async def seconds_until_next(session: AsyncSession, kind: str) -> float | None:
    """Real seconds until the next message of a kind is due; None when there is none."""
    found: float | None = await session.scalar(_NEXT, {"kind": kind})
    return found

"""The plan of an application changes under way: an item is added, or one that no longer applies is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from casework import bans
from casework.advancing import advance
from casework.casefile import Actor, open_by_number
from casework.catalogs import published
from casework.entering import enter
from casework.entitlement import entitle
from rules.acts.refiling import applied_again
from rules.acts.revising import item_added, item_dropped
from rules.acts.settling import siblings_decided
from rules.catalog import Edge, EdgeKind, ItemCode, NodeCode
from rules.engagement import Verb
from rules.network.revision import with_item
from rules.vocabulary import SiblingsDecision


@dataclass(frozen=True, slots=True)
class Why:
    """Why a plan is revised, and which department asked for it."""

    reason: str
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """An item found to be needed; without edges or stage those of the journey hold."""

    item: ItemCode
    edges: tuple[Edge, ...] | None = None
    stage: str | None = None
    required: bool = True


async def add_item(
    session: AsyncSession,
    number: str,
    addition: Addition,
    why: Why,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Add an item of the application's own catalog version, and advance. Locks the application row.

    Raises NotFoundError, InvalidPlanError, ApplicationClosedError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    catalog = await published(session, case.catalog_version)
    revised = with_item(
        case.snapshot.network,
        catalog,
        addition.item,
        edges=addition.edges,
        stage=addition.stage,
        required=addition.required,
    )
    enter(case, item_added(case.snapshot, revised, addition.item, why.reason, why.asked_by, now))
    await advance(case)


async def drop_item(
    session: AsyncSession,
    number: str,
    code: str,
    why: Why,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Drop an item that no longer applies, and advance. Raises as ``add_item`` does."""
    case = await open_by_number(session, number, actor=actor, now=now)
    enter(case, item_dropped(case.snapshot, ItemCode(code), why.reason, why.asked_by, now))
    await advance(case)


async def apply_again(
    session: AsyncSession, number: str, code: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Apply again for an item that was refused while the rest goes on, and advance. Locks the application row.

    Raises NotFoundError, NotAuthorisedError, and what ``rules.acts.refiling.applied_again`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    await entitle(case, Verb.FILE, [ItemCode(code)])
    barred = await bans.of(session, case.applicant_id)
    enter(case, applied_again(case.snapshot, ItemCode(code), reason, barred, now))
    await advance(case)


async def decide_siblings(
    session: AsyncSession, number: str, decision: SiblingsDecision, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Record what becomes of those still at work once the matter is settled, and advance. Safe to repeat.

    Raises NotFoundError, NotAllowedNowError when nothing is asked, ApplicationClosedError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    if entries := siblings_decided(case.snapshot, decision, reason):
        enter(case, entries)
        await advance(case)


def edges_of(written: Sequence[tuple[str, str, str]] | None) -> tuple[Edge, ...] | None:
    """Read edges written as before, after, kind; None stays None."""
    if written is None:
        return None
    return tuple(Edge(NodeCode(before), NodeCode(after), EdgeKind(kind)) for before, after, kind in written)

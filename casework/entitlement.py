"""Who may do what in whose name: agents for the applicant, and people of a department for their post."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import engagements, posts
from casework.casefile import CaseFile
from rules.catalog import ItemCode
from rules.conflicts import Duty, Hat, require_impartial
from rules.engagement import Engagement, Verb, authorised_for_any
from rules.errors import NotAuthorisedError
from rules.people import Account, Acting, Matter, Post
from rules.snapshot import AssignmentView
from rules.vocabulary import DepartmentAct
from rules.workdays import local_date

# The manager who stands in for agents that are all away: the center's, who belongs to no department.
_PARTIES: Final = text("""
SELECT (SELECT account FROM people WHERE account = :actor) AS person,
       (SELECT account FROM people WHERE active AND 'manager' = ANY(roles) AND department IS NULL
         ORDER BY id LIMIT 1) AS manager
""")
_HANDLER: Final = text("""
SELECT account, name FROM people
 WHERE account = :handler OR (name = :handler AND department = :department)
 ORDER BY account <> :handler LIMIT 2
""")
_NAME: Final = text("SELECT name FROM people WHERE account = :account")
_INVOLVED: Final = text("""
SELECT g.account AS agent, b.account AS backup, s.account AS steward,
       ARRAY(SELECT p.account FROM engagements e JOIN people p ON p.id IN (e.agent_id, e.deputy_id)
              WHERE e.application_id = a.id) AS engaged,
       ARRAY(SELECT p.account FROM people p WHERE EXISTS (
              SELECT FROM step_records r WHERE r.application_id = a.id AND r.actor = p.account
                 AND r.kind IN ('application.registered', 'material.received', 'material.replaced', 'material.filed',
                                'tolerance.signed',
                                'commitment.signed', 'milestone.reached', 'withdrawal.requested',
                                'cancellation.requested'))) AS filed
  FROM applications a
  JOIN people g ON g.id = a.agent_id
  LEFT JOIN people b ON b.id = a.backup_agent_id
  LEFT JOIN people s ON s.id = a.steward_id
 WHERE a.id = :id
""")


@dataclass(frozen=True, slots=True)
class Signature:
    """The names a department's act carries: who did it and, when they stood in, for whom; as the act names people."""

    handler: str
    on_behalf_of: str | None = None
    #: The handler's account, where the handler is known to us; departments' own systems name people freely.
    account: Account | None = None


async def entitle(
    case: CaseFile, verb: Verb, items: Collection[ItemCode] | None = None, *, by_request: bool = False
) -> None:
    """Let an agent's act pass, and make its steps carry both names when B acts for A.

    ``items`` are those the act serves; None when it concerns the application as a whole. ``by_request`` is an act of
    the applicant's own, signed by them, that the agent merely hands in: the engagement need not cover it. The center's
    machinery and its terminal are no people, so only the engagement limits them. Raises NotAuthorisedError.
    """
    engagement = await engagements.newest(case.session, case.id, case.snapshot.network)
    if not by_request:
        authorised_for_any(engagement, verb, items, local_date(case.now))
    parties = (await case.session.execute(_PARTIES, {"actor": case.actor.name})).one()
    if parties.person is None:
        return
    who = await _agent_acting(case, engagement, parties.manager)
    if who.person != case.actor.name:
        message = f"{case.number} 现由 {who.person} 承办，{case.actor.name} 不在岗位上"
        raise NotAuthorisedError(message, person=case.actor.name, needs=who.person)
    case.actor = replace(case.actor, on_behalf_of=who.on_behalf_of)


async def signed(
    case: CaseFile, department: str, item: str, handler: str, duty: Duty, *, handlers: Collection[str] = ()
) -> Signature:
    """Let a person of a department act on an item, and say which names the act carries (AB岗).

    ``handler`` is an account, or a name as the department writes it; a name that nobody registered in the department
    has cannot be checked and passes as it is. ``handlers`` are the accounts that handled the decision now to be
    countersigned. Raises ConflictOfInterestError (回避), NotAuthorisedError when the department's post is filled and
    another acts in it today. Who is recused counts as away, so that the post passes to B.
    """
    known = (await case.session.execute(_HANDLER, {"handler": handler, "department": department})).all()
    exact = [row for row in known if row.account == handler] or known
    if len(exact) != 1:
        return Signature(handler)
    account = Account(exact[0].account)
    involved = await involvement(case.session, case.id)
    require_impartial(account, duty, involved, [Account(each) for each in handlers])
    post = await posts.post_of(case.session, department, item)
    if post is None or duty is Duty.COUNTERSIGN:
        return Signature(handler, account=account)
    recused = {each for accounts in involved.values() for each in accounts}
    matter = Matter(ItemCode(item), case.number)
    who = await posts.acting_in(case.session, post, matter, local_date(case.now), recused)
    if who.person != account:
        message = f"{item} 的岗位今日由 {who.person} 承办，{account} 不在岗位上"
        raise NotAuthorisedError(message, person=account, needs=who.person)
    return Signature(handler, await _named(case.session, who.on_behalf_of, handler, account), account)


#: What a person does for a department by an act that names a handler; every other one is part of handling.
_DUTIES: Final[Mapping[DepartmentAct, Duty]] = MappingProxyType(
    dict.fromkeys((DepartmentAct.DECIDED, DepartmentAct.NOT_ACCEPTED, DepartmentAct.NOT_REQUIRED), Duty.DECIDE)
)


async def vouched(
    case: CaseFile, view: AssignmentView, act: DepartmentAct, details: Mapping[str, Any]
) -> dict[str, Any]:
    """Let a department's act pass with the people it names, and add whom its handler stood in for.

    A refusal's approver must have stood on nobody's side either. Raises ConflictOfInterestError, NotAuthorisedError.
    """
    given, handlers = dict(details), set[str]()
    if handler := given.get("handler"):
        duty = _DUTIES.get(act, Duty.HANDLE)
        signature = await signed(case, view.department, view.item, handler, duty)
        if signature.on_behalf_of is not None:
            given["on_behalf_of"] = signature.on_behalf_of
        if signature.account is not None:
            handlers.add(signature.account)
    if act is not DepartmentAct.EXTENSION_REQUESTED and (approver := given.get("approver")):
        await signed(case, view.department, view.item, approver, Duty.COUNTERSIGN, handlers=handlers)
    return given


async def involvement(session: AsyncSession, application: int) -> dict[Hat, frozenset[Account]]:
    """Tell who has stood on the applicant's side of an application, now or earlier."""
    row = (await session.execute(_INVOLVED, {"id": application})).one()
    agents, backups, stewards = ({Account(each)} if each else set() for each in (row.agent, row.backup, row.steward))
    return {
        Hat.FILED: frozenset(map(Account, row.filed)),
        Hat.AGENT: frozenset(agents),
        Hat.BACKUP_AGENT: frozenset(backups),
        Hat.STEWARD: frozenset(stewards),
        Hat.REPRESENTATIVE: frozenset(map(Account, row.engaged)) - agents - backups,
    }


async def agent_acting(case: CaseFile) -> Account:
    """Name the account that acts as the application's agent today: B while A is away."""
    engagement = await engagements.newest(case.session, case.id, case.snapshot.network)
    parties = (await case.session.execute(_PARTIES, {"actor": case.actor.name})).one()
    return (await _agent_acting(case, engagement, parties.manager)).person


async def _agent_acting(case: CaseFile, engagement: Engagement, manager: str | None) -> Acting:
    """Name who acts as the application's agent today; where the center has no manager, A keeps the post."""
    principal, *deputies = engagement.agents
    post = Post(principal, deputies[0] if deputies else None, Account(manager) if manager else principal)
    return await posts.acting_in(case.session, post, Matter(application=case.number), local_date(case.now))


async def _named(session: AsyncSession, account: Account | None, handler: str, known: Account) -> str | None:
    """Name A the way the act names B: by account, or by name."""
    if account is None or handler == known:
        return account
    return str(await session.scalar(_NAME, {"account": account}))

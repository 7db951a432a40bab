"""Administration of people and posts: roles, passwords, sessions, A and B."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from casework import administration, posts
from casework.queries import department_codes
from kit.clock import wall_now
from models import Role
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.pages.administering import AsAdministrator, led_to, one
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of
from rules.errors import NotFoundError
from rules.workdays import local_date

router = APIRouter(prefix="/admin", route_class=PageRoute)
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
Account = Annotated[str, Path(max_length=100)]
_DEPARTMENTAL: Final = frozenset({Role.HANDLER, Role.HEAD})


@router.get("")
async def show_start(_: AsAdministrator) -> Response:
    """Lead to the first page of the administration."""
    return led_to("/admin/people")


@router.get("/people")
async def list_people(request: Request, seen: AsAdministrator, session: Session) -> Response:
    """Everybody of the office, and a form for somebody new."""
    return page(
        request,
        "admin_people.html",
        seen,
        people=await administration.staff(session, wall=wall_now()),
        departments=await department_codes(session),
        roles=list(Role),
    )


@router.post("/people")
async def enter(request: Request, seen: AsAdministrator, session: Session, now: Now, sent: SentForm) -> Response:
    """Enter a person, or change what they are."""
    account = one(sent, "account", required=True)
    if not _ACCOUNT.fullmatch(account):
        raise InvalidRequestError("账号只能含字母、数字和 . _ @ -", errors=[])
    roles = [role for role in Role if role.value in sent.get("roles", [])]
    department = one(sent, "department") or None
    if not roles or (department is None) is not _DEPARTMENTAL.isdisjoint(roles):
        raise InvalidRequestError("请选择角色；部门经办人和负责人须选择部门，其他人员不选部门", errors=[])
    name, actor = one(sent, "name", required=True), actor_of(request, seen)
    await administration.enter_person(session, account, name, roles, department, actor=actor, now=now)
    return led_to(f"/admin/people/{account}")


@router.get("/people/{account}")
async def show_person(request: Request, seen: AsAdministrator, session: Session, account: Account) -> Response:
    """One person: what they are, and what can be done for them."""
    return await _person(request, seen, session, account, None)


@router.post("/people/{account}/password")
async def reset_password(
    request: Request, seen: AsAdministrator, session: Session, now: Now, account: Account, _: SentForm
) -> Response:
    """Give a person a new password, which this answer alone shows."""
    password = await administration.reset_password(session, account, actor=actor_of(request, seen), now=now)
    return await _person(request, seen, session, account, password)


@router.post("/people/{account}/sessions")
async def end_sessions(
    request: Request, seen: AsAdministrator, session: Session, now: Now, account: Account, _: SentForm
) -> Response:
    """Sign a person out everywhere."""
    await administration.end_sessions(session, account, actor=actor_of(request, seen), now=now)
    return led_to(f"/admin/people/{account}")


@router.post("/people/{account}/activity")
async def set_active(
    request: Request, seen: AsAdministrator, session: Session, now: Now, account: Account, sent: SentForm
) -> Response:
    """Let a person act, or act no longer."""
    active = one(sent, "active") == "1"
    await administration.set_active(session, account, active=active, actor=actor_of(request, seen), now=now)
    return led_to(f"/admin/people/{account}")


@router.get("/posts")
async def list_posts(request: Request, seen: AsAdministrator, session: Session, now: Now) -> Response:
    """Every post with its A and B, who acts today, and who is away."""
    today = local_date(now)
    return page(
        request,
        "admin_posts.html",
        seen,
        posts=await posts.posts(session, today),
        absences=await posts.absences(session, today),
        departments=await department_codes(session),
    )


@router.post("/posts")
async def fill(request: Request, seen: AsAdministrator, session: Session, now: Now, sent: SentForm) -> Response:
    """Say who is A and B of a post."""
    given = {name: one(sent, name, required=True) for name in ("department", "principal", "manager")}
    given |= {"item": one(sent, "item"), "backup": one(sent, "backup")}
    await posts.fill(
        session,
        given["department"],
        principal=given["principal"],
        backup=given["backup"] or None,
        manager=given["manager"],
        item=given["item"],
    )
    actor = actor_of(request, seen)
    await administration.record(session, "post.filled", given["department"], actor=actor, now=now, details=given)
    return led_to("/admin/posts")


async def _person(
    request: Request, seen: AsAdministrator, session: Session, account: str, password: str | None
) -> Response:
    found = await administration.staff(session, wall=wall_now(), account=account)
    if not found:
        raise NotFoundError(f"没有人员 {account}", wanted=account)
    return page(
        request,
        "admin_person.html",
        seen,
        person=found[0],
        password=password,
        departments=await department_codes(session),
        roles=list(Role),
    )

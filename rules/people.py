"""Who acts when the person whose post it is is away: A/B roles (AB岗), so that no work ever lies with nobody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NewType

from rules.catalog import ItemCode

Account = NewType("Account", str)


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be acted on: an approval item, an application, both, or (neither) the post's work as a whole."""

    item: ItemCode | None = None
    application: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from ``first`` to ``last``, both days included, civil dates in Asia/Shanghai.

    Without ``last`` it is until further notice. Naming items or applications limits it to these.
    """

    person: Account
    first: date
    last: date | None = None
    items: frozenset[ItemCode] = frozenset()
    applications: frozenset[str] = frozenset()
    #: Stands in before the post's own backup does.
    backup: Account | None = None

    def covers(self, matter: Matter, on: date) -> bool:
        """Tell whether the person is away for this matter on a day."""
        if on < self.first or (self.last is not None and on > self.last):
            return False
        whole = not self.items and not self.applications
        return whole or matter.item in self.items or matter.application in self.applications


@dataclass(frozen=True, slots=True)
class Post:
    """A post (岗位): its principal (A), the backup (B), and the manager who steps in when both are away."""

    principal: Account
    backup: Account | None
    manager: Account


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, and for whom; a decision carries both names. ``on_behalf_of`` is None when A acts himself."""

    person: Account
    on_behalf_of: Account | None = None


def acting(
    post: Post,
    absences: Collection[Absence],
    on: date,
    matter: Matter = Matter(),
    recused: Collection[Account] = (),
) -> Acting:
    """Name the one person who acts in a post on a day: A, else B, else the manager, whoever else is away.

    ``recused`` people (回避) count as away. Nothing is reassigned: when the absence is over A acts again.
    """
    away = {absence.person for absence in absences if absence.covers(matter, on)} | set(recused)
    if post.principal not in away:
        return Acting(post.principal)
    present = (person for person in _stand_ins(post, absences, on, matter) if person not in away)
    chosen = next(present, post.manager)
    return Acting(chosen, None if chosen == post.principal else post.principal)


def may_act(
    person: Account,
    post: Post,
    absences: Collection[Absence],
    on: date,
    matter: Matter = Matter(),
    recused: Collection[Account] = (),
) -> bool:
    """Tell whether ``person`` may act in the post on a day: B only while A is away, A only while he is not."""
    return acting(post, absences, on, matter, recused).person == person


def _stand_ins(post: Post, absences: Collection[Absence], on: date, matter: Matter) -> Iterator[Account]:
    """Name the backups in order: those the absences of A name for the period, then the post's own."""
    for absence in absences:
        if absence.person == post.principal and absence.backup is not None and absence.covers(matter, on):
            yield absence.backup
    if post.backup is not None:
        yield post.backup

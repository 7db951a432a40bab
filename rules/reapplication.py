"""Bars on applying again after false papers or deception (行政许可法 art. 78, 79)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.catalog import ItemCode
from rules.errors import ReapplicationBarredError
from rules.network import Network
from rules.vocabulary import Word


class Misconduct(Word):
    """What an applicant has done."""

    FALSE_PAPERS = "false_papers", "隐瞒情况或者提供虚假材料"
    DECEPTION = "deception", "以欺骗、贿赂等不正当手段取得许可"


#: Years for which items that concern public safety, personal health or property may not be applied for again.
_YEARS: Final = MappingProxyType({Misconduct.FALSE_PAPERS: 1, Misconduct.DECEPTION: 3})
LAW: Final = MappingProxyType(
    {Misconduct.FALSE_PAPERS: "行政许可法第七十八条", Misconduct.DECEPTION: "行政许可法第七十九条"}
)


@dataclass(frozen=True, slots=True)
class Ban:
    """An applicant may not apply for an item up to and including ``until``."""

    item: ItemCode
    misconduct: Misconduct
    until: date


def ban_until(misconduct: Misconduct, decided_on: date) -> date:
    """Return the last day of a bar: one year (art. 78) or three (art. 79), to the same day of the month.

    Where the month has no such day, its last (民法典 art. 202); the day of the decision is not counted (art. 201).
    """
    year = decided_on.year + _YEARS[misconduct]
    try:
        return decided_on.replace(year=year)
    except ValueError:  # 29 February
        return decided_on.replace(year=year, day=28)


def require_allowed(network: Network, bans: Iterable[Ban], today: date) -> None:
    """Refuse an application that holds an item the applicant is barred from. Raises ReapplicationBarredError."""
    names = {item.code: item.name for item in network.items}
    barred = sorted((ban for ban in bans if ban.item in names and today <= ban.until), key=lambda ban: ban.item)
    if not barred:
        return
    told = "；".join(f"{names[ban.item]}至 {ban.until.isoformat()}（{LAW[ban.misconduct]}）" for ban in barred)
    until = {ban.item: ban.until.isoformat() for ban in barred}
    raise ReapplicationBarredError(f"申请人在限制期内不得再次申请：{told}", barred=until)

"""How moves and waits are named to people, Chinese first."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from rules.catalog import is_milestone
from rules.moves import OutsideMove, SendMessage
from rules.network import Network
from rules.planner import Plan, Wait
from rules.vocabulary import Party

MILESTONES: Final[Mapping[str, str]] = MappingProxyType({"#START": "开工", "#DONE": "竣工", "#OPER": "投产（开业）"})


def move_key(move: OutsideMove) -> UUID:
    """Return the id of what an outside move delivers."""
    return move.message if isinstance(move, SendMessage) else move.notice


def move_label(network: Network, move: OutsideMove) -> str:
    """Name an outside move: ``派件 → 住建局 · 施工许可``."""
    if isinstance(move, SendMessage):
        item = network.item(move.item)
        return f"{move.kind.zh} → {item.department_name} · {item.name}"
    return f"{move.kind.zh} → 申请人"


def waiting(network: Network, plan: Plan) -> str:
    """Say in one line whom an application waits for: ``等待 2/8：气象局·雷电防护（剩2工作日）、……``."""
    if not plan.waits:
        return "等待"
    waits = sorted(plan.waits, key=lambda wait: (wait.until or date.max, wait.party, wait.what))
    shown = "、".join(_wait(network, wait) for wait in waits[:3])
    more = f"等{len(waits)}项" if len(waits) > len(waits[:3]) else ""
    return f"等待 {len(waits)}/{len(network.items)}：{shown}{more}"


def _wait(network: Network, wait: Wait) -> str:
    name = MILESTONES.get(wait.what, wait.what)
    if wait.party is Party.DEPARTMENT or (wait.party is Party.CENTER and wait.who):
        item = network.item(wait.what)
        due = "" if wait.left is None else f"（{_left(wait.left, provisional=wait.provisional)}）"
        sending = "派件中" if wait.party is Party.CENTER else ""
        return f"{item.department_name}·{item.name}{sending}{due}"
    if wait.party is Party.CENTER:
        return "代办中心送达"
    if is_milestone(wait.what):
        return f"代办员报告{name}"
    known = next((item.name for item in network.items if item.code == wait.what), name)
    return f"{wait.party.zh}补交{known}" if wait.party is Party.APPLICANT else f"{wait.party.zh}处理{known}"


def _left(days: int, *, provisional: bool) -> str:
    if provisional:
        # Nobody is late by days that are not published yet.
        return f"暂定剩{days}工作日" if days >= 0 else "暂定时限已到"
    return f"剩{days}工作日" if days >= 0 else f"超{-days}工作日"

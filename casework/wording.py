"""How moves and waits are named to people, Chinese first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.catalog import is_milestone
from rules.moves import SendMessage
from rules.network import Network, NetworkItem
from rules.planner import Plan, Wait
from rules.planning.siblings import QUESTION
from rules.planning.waiting import COMPLAINT, CONFIRMATION, DELIVERY, OBJECTION, WITHDRAWAL
from rules.terms import JoinPolicy, OnRefusal, Siblings
from rules.vocabulary import NoticeKind, Party

MILESTONES: Final[Mapping[str, str]] = MappingProxyType({"#START": "开工", "#DONE": "竣工", "#OPER": "投产（开业）"})


_POLICIES: Final[Mapping[JoinPolicy, str]] = MappingProxyType(
    {
        JoinPolicy.ALL: "全部必办事项准予方为准予",
        JoinPolicy.ANY: "任一必办事项准予即为准予",
        JoinPolicy.QUORUM: "必办事项中 {needed} 项准予即为准予",
        JoinPolicy.WEIGHTED: "必办事项按权重合计达到 {needed} 即为准予",
        JoinPolicy.VETO: "{deciding} 均未否决即为准予",
        JoinPolicy.LEAD: "以 {deciding} 的决定为准",
    }
)
_ON_REFUSAL: Final[Mapping[OnRefusal, str]] = MappingProxyType(
    {
        OnRefusal.STOP_NOW: "未通过时立即处理其余事项",
        OnRefusal.LET_FINISH: "未通过时已派件的事项办完为止",
        OnRefusal.WAIT_FOR_ALL: "未通过时等全部必办事项办结",
    }
)
_SIBLINGS: Final[Mapping[Siblings, str]] = MappingProxyType(
    {
        Siblings.CANCEL: "其余事项终止办理",
        Siblings.ASK: "其余事项由代办员决定是否继续",
        Siblings.MOOT: "其余事项继续办理，不影响结果",
    }
)


_WAITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WITHDRAWAL: "撤件确认",
        CONFIRMATION: "申请人确认签收",
        OBJECTION: "代办中心答复异议",
        COMPLAINT: "投诉办结",
    }
)


def join_words(network: Network) -> str:
    """Say in one sentence how the required items become the outcome."""
    join = network.join
    # As the rule has it: where none of those named applies, every required item has a say.
    required = [item for item in network.items if item.required]
    named = [item.name for item in required if item.code in join.deciding] or [item.name for item in required]
    policy = _POLICIES[join.policy].format(needed=max(join.needed, 1), deciding="、".join(named))
    return f"{policy}；{_ON_REFUSAL[join.on_refusal]}；{_SIBLINGS[join.siblings]}"


def message_label(network: Network, move: SendMessage) -> str:
    """Name a message to a department: ``派件 → 住建局 · 施工许可``."""
    item = network.item(move.item)
    return f"{move.kind.zh} → {_department(item, move.department)} · {item.name}"


def notices_label(kinds: Sequence[NoticeKind]) -> str:
    """Name what an applicant is told at once: ``告知申请人：收件凭证×2、受理通知书``."""
    counted = Counter(kinds)
    named = "、".join(kind.zh if n == 1 else f"{kind.zh}×{n}" for kind, n in counted.items())
    return f"告知申请人：{named}"


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
    if wait.what in _WAITS:
        return _WAITS[wait.what]
    if wait.what.startswith(DELIVERY):
        due = "" if wait.left is None else f"（{_left(wait.left, provisional=wait.provisional)}）"
        return f"代办中心送达{network.item(wait.what.removeprefix(DELIVERY)).name}的结果{due}"
    if wait.party in (Party.DEPARTMENT, Party.LEADER) or (wait.party is Party.CENTER and wait.who):
        item = network.item(wait.what)
        due = "" if wait.left is None else f"（{_left(wait.left, provisional=wait.provisional)}）"
        if wait.who != item.department:
            return f"{_department(item, wait.who)}对{item.name}的意见{due}"
        sending = {Party.CENTER: "派件中", Party.LEADER: "待负责人审批否定决定"}.get(wait.party, "")
        return f"{item.department_name}·{item.name}{sending}{due}"
    if wait.party is Party.CENTER:
        return "代办中心送达"
    if wait.what == QUESTION:
        return "代办员决定其余事项是否继续办理"
    if is_milestone(wait.what):
        return f"代办员报告{name}"
    known = next((item.name for item in network.items if item.code == wait.what), name)
    return f"{wait.party.zh}补交{known}" if wait.party is Party.APPLICANT else f"{wait.party.zh}处理{known}"


def _department(item: NetworkItem, code: str) -> str:
    """Name the department of an item, or one that is heard on it."""
    voices = item.terms.cooperation.voices if item.terms.cooperation else ()
    return next((voice.name for voice in voices if voice.department == code), item.department_name)


def _left(days: int, *, provisional: bool) -> str:
    if provisional:
        # Nobody is late by days that are not published yet.
        return f"暂定剩{days}工作日" if days >= 0 else "暂定时限已到"
    return f"剩{days}工作日" if days >= 0 else f"超{-days}工作日"

"""Checks of one catalog entry against the codes that all files declare together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from casework.catalog_file.source import guess
from rules.catalog import AnswerKind, Channel, EdgeKind, Question, is_milestone
from rules.intake import objection_to

if TYPE_CHECKING:
    from casework.catalog_file.forms import ConditionForm, DepartmentForm

#: Relations under which the city neither leads a department nor reviews its decisions.
LED_FROM_ABOVE: Final = ("city_branch", "vertical")

#: A journey may have several of one sort: ``#START-2`` for a second building.
MILESTONE = re.compile(r"#(START|DONE|OPER)(-[A-Z0-9]+)?")
# Words that show up in addresses only beside a secret; addresses are stored, shown and logged.
SECRET = re.compile(r"(whsec_|token|secret|passw|api[_-]?key)", re.IGNORECASE)


@dataclass(frozen=True)
class Declared:
    """Every code that may be referred to; ``journey_items``, ``stages`` and ``questions`` are one journey's own."""

    departments: list[str] = field(default_factory=list)
    #: Item code to the names of its materials.
    items: Mapping[str, list[str]] = field(default_factory=dict)
    journey_items: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    #: None for a question that is itself wrong: answers to it cannot be judged.
    questions: Mapping[str, Question | None] = field(default_factory=dict)


def _declared(info: ValidationInfo) -> Declared:
    declared = info.context
    if not isinstance(declared, Declared):
        raise TypeError("catalog forms are validated with the declared codes as context")
    return declared


def _among(known: list[str], word: str, what: str) -> str:
    if word in known:
        return word
    context = {"what": _NAMES[what], "word": word, "guess": guess(word, known)}
    raise PydanticCustomError(f"unknown-{what}", "没有{what}“{word}”；{guess}", context)


_NAMES = {"department": "部门", "item": "事项", "stage": "阶段", "question": "问题", "material": "材料"}


def _department(code: str, info: ValidationInfo) -> str:
    return _among(_declared(info).departments, code, "department")


def _item(code: str, info: ValidationInfo) -> str:
    return _among(list(_declared(info).items), code, "item")


def _stage(code: str, info: ValidationInfo) -> str:
    return _among(_declared(info).stages, code, "stage")


def _question(key: str, info: ValidationInfo) -> str:
    return _among(list(_declared(info).questions), key, "question")


def _node(code: str, info: ValidationInfo) -> str:
    if is_milestone(code):
        if MILESTONE.fullmatch(code):
            return code
        raise PydanticCustomError(
            "unknown-milestone",
            "没有里程碑“{code}”；可用：#START、#DONE、#OPER，可加后缀如 #START-2",
            {"code": code},
        )
    declared = _declared(info)
    if code in declared.items and code not in declared.journey_items:
        raise PydanticCustomError(
            "unknown-item", "事项 {code} 不在本情形的 items 中；请加入 items 或删去此边", {"code": code}
        )
    return _among(declared.journey_items, code, "item")


DepartmentRef = Annotated[str, AfterValidator(_department)]
ItemRef = Annotated[str, AfterValidator(_item)]
StageRef = Annotated[str, AfterValidator(_stage)]
QuestionRef = Annotated[str, AfterValidator(_question)]
NodeRef = Annotated[str, AfterValidator(_node)]


def checked_waiver(waived: list[str], info: ValidationInfo) -> list[str]:
    """Refuse to waive a material that the item does not ask for."""
    known = _declared(info).items.get(info.data.get("item", ""))
    for name in waived if known is not None else ():
        _among(known or [], name, "material")
    return waived


def checked_edge(kind: EdgeKind, info: ValidationInfo) -> EdgeKind:
    """Refuse an edge whose kind does not fit what it joins."""
    before, after = info.data.get("before"), info.data.get("after")
    if before is None or after is None:
        return kind
    match kind:
        case EdgeKind.ACCEPTANCE:
            fits, rule = not is_milestone(after), "A（受理前置）须指向事项"
        case EdgeKind.DECISION:
            fits, rule = not is_milestone(after) and not is_milestone(before), "H（决定前置）须从事项指向事项"
        case EdgeKind.START:
            fits, rule = after.startswith("#START"), "S（开工前置）须指向 #START"
        case EdgeKind.OPENING:
            fits, rule = after.startswith("#OPER"), "O（投用前置）须指向 #OPER"
        case EdgeKind.WORLD:
            fits, rule = is_milestone(before) and is_milestone(after), "W（现实过程）须在两个里程碑之间"
    if not fits:
        raise PydanticCustomError(
            "wrong-edge-kind", "{rule}，不能用于 {before} → {after}", {"rule": rule, "before": before, "after": after}
        )
    return kind


def checked_condition(condition: "ConditionForm", info: ValidationInfo) -> "ConditionForm":
    """Refuse a condition that no answer to its question could meet."""
    question = _declared(info).questions[condition.question]
    if question is None:
        return condition
    if question.kind is AnswerKind.NUMBER:
        if condition.at_least is None or condition.equals:
            raise PydanticCustomError("wrong-condition", "数字题用 at_least 判断，例如 at_least: 1000，不用 equals")
        return condition
    if condition.at_least is not None or not condition.equals:
        raise PydanticCustomError("wrong-condition", "此题用 equals 列出满足条件的答案，不用 at_least")
    for value in condition.equals:
        objection = objection_to(question, value)
        if objection:
            raise PydanticCustomError("unknown-value", "equals 中的值不可能出现：{why}", {"why": objection})
    return condition


def checked_authorities(department: "DepartmentForm") -> None:
    """Refuse what a refusal would have to name and nobody knows, or what makes no decisions that could be contested."""
    if department.relation in LED_FROM_ABOVE:
        for key, why in _NEEDED_FROM_ABOVE.items():
            if getattr(department, key) is None:
                raise PydanticCustomError("missing-key", "缺少 {key}：{why}", {"key": key, "why": why})
    if department.relation in ("technical", "enterprise") and (department.reconsideration or department.court):
        raise PydanticCustomError(
            "wrong-value", "企业和技术机构不作行政决定，没有 reconsideration 和 court，请删去或更正 relation"
        )


_NEEDED_FROM_ABOVE: Final = {
    "authority": "垂直管理部门和市局分局须写明以谁的名义作出决定，例如 authority: 铁岭市生态环境局",
    "reconsideration": "须写明行政复议机关（行政复议法第二十四条、第二十七条），例如 reconsideration: 铁岭市人民政府",
    "supervisor": "本级政府不得向其发督办单，须写明督办函送谁，例如 supervisor: 铁岭市生态环境局",
}


def checked_endpoint(endpoint: str | None, info: ValidationInfo) -> str | None:
    """Refuse an address that is missing, superfluous, no web address, or gives away a secret."""
    channel: Any = info.data.get("channel")
    if channel in (Channel.PUSH, Channel.POLL) and endpoint is None:
        raise PydanticCustomError(
            "missing-endpoint", "{channel} 渠道须有 endpoint，例如 endpoint: https://…", {"channel": channel.value}
        )
    if endpoint is None:
        return None
    if channel is Channel.INBOX:
        raise PydanticCustomError("wrong-endpoint", "inbox 渠道由门户收件箱办理，没有 endpoint，请删去")
    if "@" in endpoint or SECRET.search(endpoint):
        raise PydanticCustomError("secret-in-endpoint", "endpoint 中不得含账号、口令或密钥，请移到系统设置中")
    if "?" in endpoint or "#" in endpoint:
        raise PydanticCustomError("wrong-endpoint", "endpoint 后面还要接路径，不能带 ? 或 # 部分")
    if not endpoint.startswith("{departments}/") and not _is_web_address(endpoint):
        raise PydanticCustomError("wrong-endpoint", "应以 https://、http:// 或 {departments}/ 开头")
    return endpoint


def _is_web_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # not even an address: a bracket left open, a port out of range
        return False

"""The cases of the department protocol, each played against an endpoint (docs/department-protocol.md)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx

from deployments.conformance.callbacks import Callbacks
from deployments.conformance.sender import (
    EVENTS,
    WORRY_SECONDS,
    Json,
    Sender,
    read,
    require,
    told,
    warn_unless,
)
from deployments.conformance.verdicts import CaseError, NotPlayedError, UneasyError
from kit import protocol
from kit.signing import new_secret, sign
from portal.events import EVENT

_LARGEST: Final = 1024 * 1024
_VERIFY = "按 Standard Webhooks 先核对签名（原始正文、常数时间比较），不对一律 401"


@dataclass
class Examination:
    """What the cases share: the two sides, and the assignment that the first of them has dispatched."""

    sender: Sender
    callbacks: Callbacks
    wait_seconds: float
    dispatched: Json | None = None
    receipt: Json | None = None

    @property
    def assignment(self) -> str:
        """The assignment that the endpoint has taken. Raises NotPlayedError where it has not."""
        if self.dispatched is None:
            raise NotPlayedError("派件未成功", "先解决派件")
        return str(self.dispatched["subject"])

    async def tell(self, kind: str, content: Json) -> None:
        """Send a message about the assignment, which must be taken."""
        path = f"/assignments/{self.assignment}/messages"
        event = self.sender.event(kind, self.assignment, content)
        await self.sender.accepted(path, event, f"POST …/messages 的 {kind} 存下后应答 202 和 {{}}")


Case = Callable[[Examination], Awaitable[None]]


async def dispatch(ex: Examination) -> None:
    event = ex.sender.dispatch()
    receipt = await ex.sender.accepted("/assignments", event, '派件存下后应答 202 和 {"receipt_number": "…"}')
    number = receipt.get("receipt_number")
    usable = isinstance(number, str) and 0 < len(number) <= 200 and number.isprintable()
    require(usable, f"receipt_number 为 {number!r:.60}", "receipt_number 须为 1 至 200 个可见字符")
    ex.dispatched, ex.receipt = event, receipt


async def duplicate(ex: Examination) -> None:
    require(bool(ex.assignment), "", "")
    again = [read(await ex.sender.post("/assignments", ex.dispatched or {})) for _ in range(2)]
    advice = "同一 Idempotency-Key 重复送达，返回首次的应答，不再立案"
    require(all(each == ex.receipt for each in again), f"首次 {ex.receipt}，再次 {again[-1]}", advice)


async def at_once(ex: Examination) -> None:
    event = ex.sender.dispatch()
    answers = await asyncio.gather(*(ex.sender.post("/assignments", event) for _ in range(4)))
    advice = "以 Idempotency-Key 建唯一索引，并发重复只立一件，应答相同"
    require(all(a.status_code == httpx.codes.ACCEPTED for a in answers), told(answers[-1]), advice)
    different = {json.dumps(read(answer), sort_keys=True) for answer in answers}
    require(len(different) == 1, f"并发 4 次得到 {len(different)} 种应答", advice)


def refused(status: int, advice: str, **wrong: Any) -> Case:
    """Make the case of a dispatch that must be refused with a status for its headers."""

    async def case(ex: Examination) -> None:
        event = ex.sender.dispatch()
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {n.replace("_", "-"): v(ex, event["id"], body) if callable(v) else v for n, v in wrong.items()}
        answer = await ex.sender.post("/assignments", event, headers=headers)
        require(answer.status_code == status, told(answer), advice)

    return case


def _signed_by_stranger(_: Examination, id_: str, body: bytes) -> str:
    return sign((new_secret(),), id_, body)["webhook-signature"]


def _two_signatures(ex: Examination, id_: str, body: bytes) -> str:
    right = sign((ex.sender.target.secret,), id_, body)["webhook-signature"]
    return f"{_signed_by_stranger(ex, id_, body)} {right}"


async def altered(ex: Examination) -> None:
    event = ex.sender.dispatch()
    body = json.dumps(event, ensure_ascii=False).encode()
    headers = sign((ex.sender.target.secret,), event["id"], body)
    changed = body.replace("联调测试项目".encode(), "联调测试工程".encode())
    answer = await ex.sender.post("/assignments", changed, headers={"idempotency-key": event["id"], **headers})
    require(
        answer.status_code == httpx.codes.UNAUTHORIZED, told(answer), "对收到的原始字节核对签名，不要先解析再序列化"
    )


async def rotated(ex: Examination) -> None:
    event = ex.sender.dispatch()
    body = json.dumps(event, ensure_ascii=False).encode()
    given = sign((ex.sender.target.secret,), event["id"], body)
    headers = {**given, "idempotency-key": event["id"], "webhook-signature": _two_signatures(ex, event["id"], body)}
    answer = await ex.sender.post("/assignments", body, headers=headers)
    advice = "webhook-signature 可含多个签名（空格分隔），有一个对即可；密钥轮换时靠它"
    require(answer.status_code == httpx.codes.ACCEPTED, told(answer), advice)


async def key_reused(ex: Examination) -> None:
    require(bool(ex.assignment), "", "")
    other = {**ex.sender.dispatch(), "id": (ex.dispatched or {})["id"]}
    answer = await ex.sender.post("/assignments", other)
    advice = "同一 Idempotency-Key 用于另一件时应答 422，不得当作重复，也不得另立一件"
    require(answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, told(answer), advice)


async def malformed(ex: Examination) -> None:
    for body in (b"{", b"[]", json.dumps({"specversion": "1.0"}).encode()):
        answer = await ex.sender.post("/assignments", body)
        allowed = answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)
        require(allowed, told(answer), "不合协议的正文应答 422 并指出错处，不得 202 或 5xx")


async def oversized(ex: Examination) -> None:
    event = ex.sender.dispatch(padding="x" * (_LARGEST + 1))
    answer = await ex.sender.post("/assignments", event)
    advice = "超过 1 MiB 的正文应答 413；边收边数，不要全部读入内存"
    require(answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE, told(answer), advice)


async def grown(ex: Examination) -> None:
    event = ex.sender.dispatch(a_member_of_tomorrow={"x": 1})
    await ex.sender.accepted("/assignments", {**event, "traceparent": "00-x"}, "不认识的成员一律忽略，协议会增加成员")
    await ex.tell("of_tomorrow", {"reason": "新的消息类型"})


async def slowly_sent(ex: Examination) -> None:
    await ex.sender.accepted("/assignments", ex.sender.dispatch(), "分块慢速到达的正文也要收下", trickled=True)


async def early_message(ex: Examination) -> None:
    event = ex.sender.dispatch()
    message = ex.sender.event("reminded", event["subject"], {"light": "yellow", "due_on": "2026-03-04"})
    path = f"/assignments/{event['subject']}/messages"
    await ex.sender.accepted(path, message, "消息可能先于派件到达：先存下应答 202，派件到时再用")
    await ex.sender.accepted("/assignments", event, "先收到消息后收到的派件照常立案")


async def reminder(ex: Examination) -> None:
    await ex.tell("reminded", {"light": "yellow", "due_on": "2026-03-04"})


async def materials_added(ex: Examination) -> None:
    await ex.tell("materials_added", {"materials": [{"name": "施工合同", "provided": True, "version": 1}]})


async def prerequisites_met(ex: Examination) -> None:
    await ex.tell("prerequisites_met", {"awaits": []})


async def supervised(ex: Examination) -> None:
    await ex.tell("supervised", {"due_on": "2026-03-11", "reason": "联调：督办", "duty": "公开说明超期原因"})


async def party_changed(ex: Examination) -> None:
    changed = {
        "before": "联调餐饮店",
        "after": "联调餐饮有限公司",
        "document_number": "登字1号",
        "changed_on": "2026-03-19",
    }
    await ex.tell("party_changed", changed)


async def appointment(ex: Examination) -> None:
    wanted = {"appointment": 1, "status": "requested", "purpose": "on_site", "planned_at": "2026-03-04T10:00:00+08:00"}
    await ex.tell("appointment", {**wanted, "outside_hours": False, "visitor": "联调申请人"})


async def opinion(ex: Examination) -> None:
    event = ex.sender.question()
    answer = await ex.sender.post("/opinions", event)
    if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
        raise UneasyError(told(answer), "没有 /opinions：其他部门的事项若要征求贵部门意见，须补上")
    require(answer.status_code == httpx.codes.ACCEPTED, told(answer), "征求意见存下后应答 202 和 {}")


async def cancellation(ex: Examination) -> None:
    event = ex.sender.dispatch()
    await ex.sender.accepted("/assignments", event, "派件存下后应答 202")
    path, reason = f"/assignments/{event['subject']}/messages", {"reason": "联调：申请人撤回"}
    cancelled = ex.sender.event("cancelled", event["subject"], reason)
    advice = "终止消息应答 202，停止办理；重复的终止同样应答 202"
    for _ in range(2):
        await ex.sender.accepted(path, cancelled, advice)


async def callback(ex: Examination) -> None:
    found = await ex.callbacks.wait(_awaited(ex), 1, ex.wait_seconds)
    advice = "受理、审批中的进展要回调派件里的 callback 地址；核对部门系统能否访问该地址"
    require(bool(found), f"{ex.wait_seconds:.0f} 秒内没有回调（--wait 可延长）", advice)
    first = found[0]
    require(not first.trouble, first.trouble, "回调用同一密钥签名：webhook-id.webhook-timestamp.正文")
    try:
        event = EVENT.validate_json(first.body)
    except ValueError as error:
        raise CaseError(" ".join(str(error).split())[:160], "回调正文须合 docs/openapi/portal.json") from error
    require(str(event.subject) == first.subject, f"subject 为 {event.subject}", "subject 须是地址里的部门任务")
    source = f"department/{ex.sender.target.department}"
    warn_unless(event.source == source, f"source 为 {event.source}", f"source 应为 {source}")


async def callback_again(ex: Examination) -> None:
    assignment = _awaited(ex)
    if not [each for each in ex.callbacks.received if each.subject == assignment]:
        raise NotPlayedError("没有回调", "先解决回调")
    found = await ex.callbacks.wait(assignment, 2, ex.wait_seconds)
    advice = "回调得到 5xx、408、425、429 或没有应答时，以同一事件编号、同一正文重发，直到成功"
    require(len(found) > 1, f"应答 503 后 {ex.wait_seconds:.0f} 秒内没有重发", advice)
    require(found[1].id == found[0].id and found[1].body == found[0].body, "重发的编号或正文变了", advice)


def _awaited(ex: Examination) -> str:
    if ex.wait_seconds <= 0:
        raise NotPlayedError("未检查（--wait 0）", "用 --wait 秒数 检查回调")
    return ex.assignment


async def answers_in_time(ex: Examination) -> None:
    advice = "先存后办：代办中心只等 10 秒，高峰时会更慢"
    warn_unless(ex.sender.slowest <= WORRY_SECONDS, f"最慢的应答用了 {ex.sender.slowest:.1f} 秒", advice)


async def problems(ex: Examination) -> None:
    seen = "、".join(dict.fromkeys(ex.sender.not_problems))
    warn_unless(not seen, seen[:160], "拒绝时应答 application/problem+json（RFC 9457），说明原因")


CASES: Final[tuple[tuple[str, str, Case], ...]] = (
    ("dispatch", "派件：存下并给回执", dispatch),
    ("duplicate", "同一派件重复送达：同一回执", duplicate),
    ("at-once", "同一派件同时送达四次：只立一件", at_once),
    (
        "wrong-signature",
        "签名不对：401",
        refused(401, _VERIFY, webhook_signature=_signed_by_stranger),
    ),
    ("no-signature", "没有签名：401", refused(401, _VERIFY, webhook_signature=None)),
    ("altered", "正文被改：401", altered),
    (
        "stale",
        "时间戳过期：401",
        refused(401, "webhook-timestamp 与本机时钟相差超过 5 分钟应答 401，防止重放", webhook_timestamp="1600000000"),
    ),
    ("rotated", "密钥轮换：两个签名有一个对", rotated),
    (
        "version",
        "不认识的协议版本：400",
        refused(
            400,
            "先看 Daiban-Protocol：不认识的版本应答 400 unsupported-protocol-version",
            **{protocol.HEADER.replace("-", "_"): "999"},
        ),
    ),
    (
        "media-type",
        "不是 JSON：415",
        refused(415, f"content-type 只接受 {EVENTS}", content_type="text/plain"),
    ),
    ("key-reused", "编号用于另一件：422", key_reused),
    ("malformed", "正文不合协议：422", malformed),
    ("oversized", "正文超过 1 MiB：413", oversized),
    ("grown", "不认识的成员和消息类型：照收", grown),
    ("slowly-sent", "正文分块慢速到达：照收", slowly_sent),
    ("early-message", "消息先于派件到达：照收", early_message),
    ("reminded", "催办", reminder),
    ("materials-added", "补充材料", materials_added),
    ("prerequisites-met", "前置已齐", prerequisites_met),
    ("supervised", "督办", supervised),
    ("party-changed", "申请人变更", party_changed),
    ("appointment", "预约", appointment),
    ("opinion", "征求意见", opinion),
    ("cancelled", "终止，并重复送达", cancellation),
    ("callback", "回调：签名正确，合乎协议", callback),
    ("callback-again", "回调失败后重发：同一编号、同一正文", callback_again),
    ("in-time", "应答及时", answers_in_time),
    ("problems", "拒绝时说明原因", problems),
)

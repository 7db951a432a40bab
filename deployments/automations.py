"""Prefect automations, declared in code: they tell people and hasten the watch; nothing legal depends on them."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient
from prefect.events import AutomationCore, EventTrigger
from prefect.events.actions import RunDeployment, SendNotification
from prefect.events.schemas.automations import Posture

from kit.settings import settings

_BLOCK: Final = "daiban-notify"
_LOST_RUN: Final = frozenset({"prefect.flow-run.Cancelled", "prefect.flow-run.Crashed"})
_OURS: Final = {
    "prefect.resource.role": "flow",
    "prefect.resource.name": "project-application",
}


async def apply_automations(client: PrefectClient, watch: UUID) -> list[str]:
    """Create or update every automation by its name, and return the names. Safe to repeat.

    ``watch`` is the deployment of the deadline watch. Those that tell people exist where ``DAIBAN_NOTIFY_WEBHOOK``
    says whom to tell.
    """
    automations = [_rescue(watch)]
    if url := settings().notify_webhook:
        block = await _webhook(url)
        automations += [
            _tell("代办：超过法定时限", {"daiban.light.black"}, block),
            _tell("代办：红灯（超过承诺时限）", {"daiban.light.red"}, block),
            _tell("代办：不予许可", {"daiban.decision.refused"}, block),
            _tell("代办：部门系统不可达", {"daiban.message.held", "daiban.message.rejected"}, block),
        ]
    for automation in automations:
        known = await client.read_automations_by_name(automation.name)
        if known:
            await client.update_automation(known[0].id, automation)
        else:
            await client.create_automation(automation)
    return [automation.name for automation in automations]


def _rescue(watch: UUID) -> AutomationCore:
    return AutomationCore(
        name="代办：运行失联即巡查",
        description="有人取消运行或运行崩溃时，立即启动时限巡查，由其恢复代办件的运行。",
        trigger=_on(_LOST_RUN, match_related=_OURS),
        actions=[RunDeployment(deployment_id=watch, parameters={})],
    )


def _tell(name: str, events: set[str], block: UUID) -> AutomationCore:
    subject = "{{ event.event }} {{ event.resource.name }}"
    body = "{{ event.payload.text }}\n{{ flow_run | ui_url if flow_run else '' }}"
    return AutomationCore(
        name=name,
        trigger=_on(frozenset(events)),
        actions=[SendNotification(block_document_id=block, subject=subject, body=body)],
    )


def _on(events: frozenset[str], **match: Any) -> EventTrigger:
    return EventTrigger(expect=set(events), posture=Posture.Reactive, threshold=1, within=timedelta(seconds=0), **match)


async def _webhook(url: str) -> UUID:
    block = CustomWebhookNotificationBlock(
        name=_BLOCK, url=url, method="POST", json_data={"title": "{{subject}}", "text": "{{body}}"}
    )
    return UUID(str(await block.save(_BLOCK, overwrite=True)))

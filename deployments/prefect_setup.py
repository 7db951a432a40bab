"""Everything Prefect must know of us, applied by one repeatable command: work pool, deployments, schedules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect import Flow, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.exceptions import ObjectAlreadyExists
from prefect.utilities.callables import parameter_schema

from deployments.automations import apply_automations
from flows.deadline_watch import deadline_watch
from flows.launch_application import launch_application
from flows.project_application import project_application
from kit.logs import get_logger
from kit.settings import settings

log = get_logger("prefect_setup")

WORKER_TYPE: Final = "daiban"
APPLICATION_DEPLOYMENT: Final = "project-application/project-application"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A flow as it is deployed: by module path, so that a worker needs nothing but the installed package."""

    flow: Flow[Any, Any]
    entrypoint: str
    description: str
    every_seconds: float | None = None
    tags: Sequence[str] = field(default_factory=tuple)


def deployed() -> tuple[Deployed, ...]:
    """List the deployments of this installation."""
    return (
        Deployed(
            project_application,
            "flows.project_application.project_application",
            "一个代办件一个流程运行，自登记至送达。One flow run per application, for its whole life.",
        ),
        Deployed(
            launch_application,
            "flows.launch_application.launch_application",
            "填写登记表，启动一个代办件。Launch an application from its intake form.",
        ),
        Deployed(
            deadline_watch,
            "flows.deadline_watch.deadline_watch",
            "时限巡查：到点即办，失联即续。Timers and lost runs.",
            every_seconds=settings().watch_seconds,
        ),
    )


async def apply() -> None:
    """Create or update the work pool, all deployments and all automations. Safe to repeat."""
    async with get_client() as client:
        await _apply_work_pool(client)
        ids = {deployment.flow.name: await _apply_deployment(client, deployment) for deployment in deployed()}
        automations = await apply_automations(client, ids[deadline_watch.name])
    log.info("prefect_configured", deployments=list(ids), automations=automations)


async def _apply_work_pool(client: PrefectClient) -> None:
    pool = WorkPoolCreate(name=settings().work_pool, type=WORKER_TYPE, description="代办流程的进程内执行池")
    try:
        await client.create_work_pool(pool)
    except ObjectAlreadyExists:
        log.debug("work_pool_exists", pool=pool.name)


async def _apply_deployment(client: PrefectClient, deployment: Deployed) -> UUID:
    flow = deployment.flow
    schedules = []
    if deployment.every_seconds is not None:
        interval = IntervalSchedule(interval=timedelta(seconds=deployment.every_seconds))
        schedules.append(DeploymentScheduleCreate(schedule=interval, active=True))
    return await client.create_deployment(
        flow_id=await client.create_flow(flow),
        name=flow.name,
        entrypoint=deployment.entrypoint,
        work_pool_name=settings().work_pool,
        description=deployment.description,
        parameter_openapi_schema=parameter_schema(flow).model_dump_for_openapi(),
        enforce_parameter_schema=True,
        schedules=schedules,
        # Without pull steps the deploying machine's working directory would be stored and entered by every worker.
        pull_steps=[],
        tags=list(deployment.tags),
    )

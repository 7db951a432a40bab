"""Let a flow run wait without holding a process: suspend it with a message and leave."""

from uuid import uuid4

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, Pause
from prefect.states import Suspended
from prefect.utilities.engine import propose_state

from kit.logs import get_logger

log = get_logger("suspension")


async def suspend(message: str) -> None:
    """Suspend the current flow run; the flow starts from its beginning when it is resumed.

    The state must carry a pause key of its own and be rescheduling, or resuming it would set the run Running with
    nobody executing it. Always raises: Pause when suspended, Abort when somebody has ended the run meanwhile.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("suspend() was called outside a flow run")
    log.info("application_waiting", waiting=message)
    suspended: State[None] = Suspended(message=message, pause_key=uuid4().hex)
    state = await propose_state(context.client, suspended, flow_run_id=context.flow_run.id)  # type: ignore[arg-type]
    if state.is_paused():
        raise Pause(state=state)
    raise Abort(f"the run is {state.name} and cannot be suspended")

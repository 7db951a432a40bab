"""A manager presses every button of a run in the Prefect UI: nothing legal changes and the application goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import httpx

from bench.office import Office, office

_CANCELLING = {"type": "CANCELLING", "name": "Cancelling", "message": "Cancelled by a manager"}
_SUSPENDED = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}}
_RETRY = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retried by a manager"}
_FAILED = {"type": "FAILED", "name": "Failed", "message": "Set by a manager"}

Press = Callable[[httpx.AsyncClient, UUID], Awaitable[httpx.Response]]


def _set_state(state: dict[str, object], *, force: bool) -> Press:
    async def press(api: httpx.AsyncClient, run: UUID) -> httpx.Response:
        return await api.post(f"/flow_runs/{run}/set_state", json={"state": state, "force": force})

    return press


async def _resume(api: httpx.AsyncClient, run: UUID) -> httpx.Response:
    return await api.post(f"/flow_runs/{run}/resume", json={})


async def _delete(api: httpx.AsyncClient, run: UUID) -> httpx.Response:
    return await api.delete(f"/flow_runs/{run}")


#: The requests that the UI's buttons send.
BUTTONS: dict[str, Press] = {
    "Resume": _resume,
    "Cancel": _set_state(_CANCELLING, force=False),
    "Suspend": _set_state(_SUSPENDED, force=False),
    "Retry": _set_state(_RETRY, force=True),
    "Delete": _delete,
    "Change state to Failed": _set_state(_FAILED, force=True),
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button did: legal steps it added (none is right), and how the application ended."""

    button: str
    answer: int
    steps_added: int
    outcome: str | None
    runs: int

    def __str__(self) -> str:
        return (
            f"{self.button}: answered {self.answer}, legal steps added {self.steps_added}, "
            f"then {self.outcome} after {self.runs} run(s)"
        )


async def press(desk: Office, button: str) -> Pressed:
    """Press a button on a waiting run, then let the departments decide as if nothing had happened."""
    number = await desk.launch("J5")
    (first,) = await desk.until_waiting(number, 1)
    before = await desk.standing(number)
    async with httpx.AsyncClient(base_url=f"{desk.state.prefect_url}/api") as api:
        answer = await BUTTONS[button](api, before.flow_run_id)
    await asyncio.sleep(1.5)
    after = await desk.standing(number)
    (await desk.grant(first)).raise_for_status()
    for assignment in await desk.until_waiting(number, 5):
        (await desk.grant(assignment)).raise_for_status()
    await desk.until_completed(number)
    end = await desk.standing(number)
    return Pressed(button, answer.status_code, after.step_count - before.step_count, end.outcome, end.incarnation + 1)


async def main() -> None:
    async with office() as desk:
        for button in BUTTONS:
            print(await press(desk, button))


if __name__ == "__main__":
    asyncio.run(main())

"""Ask the Prefect API how the applications' flow runs stand."""

from collections.abc import Iterable

import httpx

_PAGE = 200


async def run_states(prefect_url: str, runs: Iterable[str], http: httpx.AsyncClient) -> dict[str, str]:
    """Return the state's type of each flow run that Prefect knows: ``COMPLETED``, ``PAUSED``, …"""
    wanted = list(runs)
    states: dict[str, str] = {}
    for begin in range(0, len(wanted), _PAGE):
        asked = {"flow_runs": {"id": {"any_": wanted[begin : begin + _PAGE]}}, "limit": _PAGE}
        answer = (await http.post(f"{prefect_url}/api/flow_runs/filter", json=asked)).raise_for_status()
        states |= {run["id"]: run["state_type"] for run in answer.json()}
    return states

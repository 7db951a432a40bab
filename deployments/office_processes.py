"""The processes of a whole office on one machine, and what each is told."""

import os
from pathlib import Path

from deployments.processes import ProcessSpec, python
from deployments.stack_state import StackState, environment_of

_SERVER_DEFAULTS = {
    # No pause of ours ever times out in Prefect, and the service reads every paused run every five seconds.
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    # Events are the biggest table; what is legally meaningful is in ours. Runs stay for a year after their end.
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P30D",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P365D",
    # Prefect's default writes task runs one by one, at a fifth of its server's time; this shows them a second later.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


def office_processes(state: StackState, behaviours: Path | None) -> list[ProcessSpec]:
    """List the processes: those without ``after`` start at once, since most of their start is importing Python."""
    joined = environment_of(state)
    told = () if behaviours is None else ("--config", str(behaviours))
    return [
        ProcessSpec("migrate", python("deployments.prepare", "database"), joined, once=True),
        ProcessSpec("office", python("deployments.prepare", "office"), joined, after=("migrate",), once=True),
        ProcessSpec(
            "prefect",
            python("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(state.prefect_port)),
            prefect_server_environment(state),
            ready_url=f"{state.prefect_url}/api/health",
        ),
        ProcessSpec(
            "departments",
            python("deployments.cli", "department", "serve", "--port", str(state.departments_port), *told),
            joined,
            ready_url=f"{state.departments_url}/healthz",
            after=("office",),
        ),
        ProcessSpec(
            "portal",
            python("deployments.cli", "portal"),
            joined,
            ready_url=f"{state.portal_url}/healthz",
            after=("office",),
        ),
        ProcessSpec("register", python("deployments.prepare", "prefect"), joined, once=True),
        ProcessSpec(
            "worker",
            python("deployments.cli", "worker"),
            joined,
            ready_text="worker_started",
            after=("office", "register"),
        ),
    ]


def prefect_server_environment(state: StackState) -> dict[str, str]:
    """Name what the Prefect server is told; an operator's own choice wins over what is only our preference."""
    joined = environment_of(state)
    # The server ships no run logs of its own, and must not depend on our modules.
    del joined["PREFECT_LOGGING_HANDLERS_API_CLASS"], joined["PREFECT_LOGGING_EXTRA_LOGGERS"]
    preferred = {name: os.environ.get(name, value) for name, value in _SERVER_DEFAULTS.items()}
    return {
        **preferred,
        **joined,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": state.prefect_database_url,
        "PREFECT_SERVER_UI_API_URL": f"{state.prefect_url}/api",
    }

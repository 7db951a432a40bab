"""What a local stack remembers in its data folder, so that any terminal finds it and a restart looks the same."""

import os
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, computed_field

_FILE = "stack.json"


class StackError(Exception):
    """The local stack cannot do what was asked; the message says why and what to do."""


class StackState(BaseModel):
    """One local stack: its supervisor, addresses, clock and databases."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    #: When the supervisor's process was created, in unix seconds: a pid alone may be somebody else's by now.
    created: float
    data_dir: Path
    secrets_dir: Path
    portal_port: int
    prefect_port: int
    departments_port: int
    clock: str | None
    clock_anchor: float | None
    database_url: str
    prefect_database_url: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def portal_url(self) -> str:
        """Address of the portal."""
        return f"http://127.0.0.1:{self.portal_port}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prefect_url(self) -> str:
        """Address of the Prefect UI; its API is below ``/api``."""
        return f"http://127.0.0.1:{self.prefect_port}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def departments_url(self) -> str:
        """Address under which every department's system answers."""
        return f"http://127.0.0.1:{self.departments_port}"

    def is_running(self) -> bool:
        """Tell whether the supervisor that wrote this is alive."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return bool(abs(process.create_time() - self.created) < 2.0)  # NTP adjusts the boot time it rests on
        except psutil.NoSuchProcess:
            return False


def read_stack(data_dir: Path) -> StackState | None:
    """Find the stack that runs on a data folder, or None."""
    state = last_stack(data_dir)
    return state if state is not None and state.is_running() else None


def last_stack(data_dir: Path) -> StackState | None:
    """Find the stack that runs or ran last on a data folder, or None.

    Raises StackError when the file is not one of ours.
    """
    path = data_dir / _FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return StackState.model_validate_json(text)
    except ValueError as error:
        message = f"{path} is not readable as the state of a stack: remove it, or choose another data folder"
        raise StackError(message) from error


def write_stack(state: StackState) -> None:
    """Replace the remembered state at once; only its owner may read it, for database addresses hold passwords."""
    path = state.data_dir / _FILE
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(state.model_dump_json(indent=2) + "\n")
    draft.replace(path)


def mark_alive(data_dir: Path) -> None:
    """Note that the stack is up at this moment, in the modification time of its state."""
    os.utime(data_dir / _FILE)


def last_alive(data_dir: Path) -> float:
    """Tell when the stack was last known to be up, in unix seconds."""
    return (data_dir / _FILE).stat().st_mtime


def environment_of(state: StackState) -> dict[str, str]:
    """Name the variables with which a process joins the stack, ours and Prefect's client side."""
    chosen = {
        "DAIBAN_ENVIRONMENT": "local",
        "DAIBAN_DATA_DIR": str(state.data_dir),
        "DAIBAN_SECRETS_DIR": str(state.secrets_dir),
        "DAIBAN_DATABASE_URL": state.database_url,
        "DAIBAN_PREFECT_DATABASE_URL": state.prefect_database_url,
        "DAIBAN_PORTAL_PORT": str(state.portal_port),
        "DAIBAN_PORTAL_URL": state.portal_url,
        "DAIBAN_PREFECT_UI_URL": state.prefect_url,
        "DAIBAN_DEPARTMENT_BASE_URL": state.departments_url,
        "DAIBAN_CLOCK": state.clock or "",
        "DAIBAN_CLOCK_ANCHOR": "" if state.clock_anchor is None else repr(state.clock_anchor),
        "PREFECT_API_URL": f"{state.prefect_url}/api",
        "PREFECT_HOME": str(state.data_dir / "prefect"),
        # A client that cannot reach the server must fail, not start a second one on SQLite.
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        # A server that hangs must not hold a request for a minute, and that six times over.
        "PREFECT_API_REQUEST_TIMEOUT": "30",
        # The fall-back only: the relay hands the worker what it has just made ready.
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "daiban",
        "PREFECT_LOGGING_HANDLERS_API_CLASS": "deployments.run_log.RunLogHandler",
        # The worker and the relay log outside of runs too.
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
    }
    for name in ("NO_PROXY", "no_proxy"):
        others = [part for part in os.environ.get(name, "").split(",") if part]
        chosen[name] = ",".join(dict.fromkeys([*others, "127.0.0.1", "localhost"]))
    return chosen

"""Prefect, configured by the environment of a stack, carries our log lines through our handler."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import logging
import prefect.main
for name in ("daiban", "prefect.flow_runs", "prefect.task_runs"):
    (handler,) = logging.getLogger(name).handlers
    print(name, type(handler).__module__, [type(filter).__name__ for filter in handler.filters])
"""


@pytest.fixture
def printed(tmp_path: os.PathLike[str]) -> list[str]:
    chosen = {
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_LOGGING_EXTRA_LOGGERS": "daiban",
        "PREFECT_LOGGING_HANDLERS_API_CLASS": "deployments.run_log.RunLogHandler",
    }
    environment = {**os.environ, **chosen}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROGRAM], env=environment, check=True, timeout=60, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_runs_and_our_own_loggers_share_the_handler_that_lowers_suspensions(printed: list[str]) -> None:
    ours = "deployments.run_log ['SuspensionIsNoError']"
    assert printed == [f"{name} {ours}" for name in ("daiban", "prefect.flow_runs", "prefect.task_runs")]

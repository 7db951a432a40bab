"""A log event is one readable line for Prefect's handler, and the same fields as JSON for machines."""

# ruff: noqa: TID251 - these tests listen to the standard library's loggers, as Prefect does

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from kit.logs import SuspensionIsNoError, configure_logs, get_logger
from kit.settings import settings


class Lines(logging.Handler):
    """A handler without a formatter, as Prefect's run-log handler is."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("DAIBAN_LOG_FORMAT", "json")
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logs("worker")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def run_log() -> Iterator[list[str]]:
    handler = Lines()
    logging.getLogger("daiban").addHandler(handler)
    yield handler.lines
    logging.getLogger("daiban").removeHandler(handler)


def test_a_run_log_shows_event_and_fields_on_one_line(stderr: io.StringIO, run_log: list[str]) -> None:
    with structlog.contextvars.bound_contextvars(application="K-1"):
        get_logger("tasks").info("assignment_dispatched", department="住建局", note="a b\nc", receipt=None)
    (line,) = run_log
    assert line.startswith("assignment_dispatched department=住建局")
    assert 'note="a b\\nc"' in line
    assert "receipt=-" in line
    assert line.endswith("application=K-1")


def test_the_same_event_is_one_json_object_with_role_and_fields(stderr: io.StringIO) -> None:
    get_logger("tasks").warning("answer_slow", seconds=1.5, department="住建局")
    fields = json.loads(stderr.getvalue())
    assert fields["event"] == "answer_slow"
    assert (fields["seconds"], fields["department"]) == (1.5, "住建局")
    assert (fields["level"], fields["logger"], fields["role"]) == ("warning", "daiban.tasks", "worker")


def test_records_of_libraries_take_the_same_form(stderr: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.pool").warning("pool of %d is full", 10)
    assert json.loads(stderr.getvalue())["event"] == "pool of 10 is full"


def test_configuring_twice_does_not_double_the_lines(stderr: io.StringIO) -> None:
    configure_logs("worker")
    get_logger("tasks").info("once")
    assert len(stderr.getvalue().splitlines()) == 1


def test_a_failure_carries_its_traceback_once_and_no_local_variables(
    stderr: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_LOG_FORMAT", "console")
    settings.cache_clear()
    configure_logs("worker")
    password = "hunter" + "2"  # not a literal, so that the source line in the traceback cannot contain it
    try:
        raise RuntimeError(str(len(password)))
    except RuntimeError:
        get_logger("tasks").exception("dispatch_failed")
    text = stderr.getvalue()
    assert text.count("Traceback (most recent call last)") == 1
    assert "hunter2" not in text


def test_events_below_the_level_cost_no_line(stderr: io.StringIO) -> None:
    get_logger("tasks").debug("unseen")
    assert stderr.getvalue() == ""


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("Finished in state Suspended('等待 2/8:\n气象局')", logging.INFO),
        ("Finished in state 等待部门('气象局', type=PAUSED)", logging.INFO),
        ("Finished in state Failed('Suspended(')", logging.ERROR),
        ("Finished in state Crashed('x type=PAUSED)')", logging.ERROR),
        ("Encountered an exception: Suspended(", logging.ERROR),
    ],
)
def test_only_a_suspension_stops_being_an_error(message: str, level: int) -> None:
    record = logging.LogRecord("prefect.flow_runs", logging.ERROR, __file__, 1, message, (), None)
    assert SuspensionIsNoError().filter(record)
    assert record.levelno == level
    assert record.levelname == logging.getLevelName(level)

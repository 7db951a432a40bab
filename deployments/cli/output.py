"""How commands write: people get rich text, programs get JSON, and progress never mixes with either."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from rules.clocks import Light
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import Outcome

LIGHT_STYLES = {Light.GREEN: "green", Light.YELLOW: "yellow", Light.RED: "red", Light.BLACK: "bold white on red"}
STATUS_STYLES = {
    S.GRANTED: "green",
    S.REFUSED: "bold red",
    S.LAPSED: "red",
    S.REVOKED: "red",
    S.STRUCK_OFF: "dim",
    S.BLOCKED: "dim",
    S.CANCELLED: "dim",
    S.WITHDRAWN: "dim",
    S.CORRECTION_REQUIRED: "magenta",
    S.SPECIAL_PROCEDURE: "magenta",
    S.PENDING_CURE: "magenta",
}
OUTCOME_STYLES = {
    Outcome.GRANTED: "green",
    Outcome.PARTLY_GRANTED: "yellow",
    Outcome.REFUSED: "bold red",
    Outcome.WITHDRAWN: "dim",
    Outcome.LAPSED: "dim",
}


def console() -> Console:
    """Return the console on standard output, as it is now (a test or a pipe may have replaced it)."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=False)


def print_json(answer: Any) -> None:
    """Write one JSON document on standard output, indented for a person who looks at it."""
    sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Progress]:
    """Show a bar on standard error while a long piece of work lasts; advance its first task."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    on_terminal = Console(file=sys.stderr)
    with Progress(*columns, console=on_terminal, transient=True, disable=not on_terminal.is_terminal) as bar:
        bar.add_task(label, total=total)
        yield bar

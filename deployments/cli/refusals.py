"""Errors that are no bugs, each as the line that tells the caller what is wrong and what to do."""

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from deployments.cli.joining import OfficeUnreachableError
from deployments.cli.reading import UnreadableFileError
from deployments.reference_department.behaviours import BehavioursError
from deployments.stack_state import StackError
from kit.clock import ClockError
from kit.database import DatabaseNotConfiguredError
from kit.signing import SecretError
from rules.errors import CatalogError, DaibanError

_PLAIN = (
    DaibanError,
    StackError,
    DatabaseNotConfiguredError,
    OfficeUnreachableError,
    UnreadableFileError,
    BehavioursError,
    ClockError,
    SecretError,
)
_NO_SUCH_TABLE, _NO_SUCH_DATABASE = "42P01", "3D000"


def line_for(error: Exception) -> str | None:
    """Put an error into words, empty when it has spoken already; None when it is a bug and deserves its traceback."""
    if (usage := getattr(error, "format_message", None)) is not None:
        return _usage(error, usage())
    if isinstance(error, CatalogError):
        return _catalog_trouble(error)
    if isinstance(error, _PLAIN):
        return f"daiban: {error}"
    if isinstance(error, ValidationError) and error.title == "Settings":
        return f"daiban: {_settings_finding(error)}"
    if isinstance(error, DBAPIError):
        return f"daiban: {_database_trouble(error)}"
    return None


def _usage(error: Exception, message: str) -> str:
    context = getattr(error, "ctx", None)
    if context is None:
        return f"daiban: {message}"
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""  # the help is printed already
    return f"{context.command_path}: {message} ({context.command_path} --help)"


def _settings_finding(error: ValidationError) -> str:
    finding = error.errors(include_url=False)[0]
    variable = f"DAIBAN_{str(finding['loc'][0]).upper()}: " if finding["loc"] else ""
    return f"{variable}{finding['msg'].removeprefix('Value error, ')}"


def _database_trouble(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlstate", None)
    if code == _NO_SUCH_TABLE:
        return "数据库没有我们的表，请先运行 daiban database upgrade · the database has none of our tables"
    if code == _NO_SUCH_DATABASE:
        return f"没有这个数据库，请先创建 · no such database: {error.orig}"
    return f"数据库拒绝了请求 · the database refused: {str(error.orig).splitlines()[0]}"


def _catalog_trouble(error: CatalogError) -> str:
    first, *others = str(error).splitlines()
    more = f"（另有 {len(others)} 个问题）" if others else ""
    return f"daiban: {first}{more}"

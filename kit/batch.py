"""Many rows of many tables in one statement: a transaction that writes a dozen tables waits once, not a dozen times.

SQLAlchemy has no such statement whose text it would not build anew each time, so the text is made here. The columns,
their defaults and the conversion of their values are SQLAlchemy's.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Column, Dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


class Batch:
    """Writes that PostgreSQL carries out together, each seeing the rows as they were before all of them.

    So no two may touch the same row, and none may look for what another writes; references between their rows are
    checked at the end.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect
        self._parts: list[str] = []
        self._values: list[Any] = []

    def insert(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, at least one; columns that a row lacks take their default, or none."""
        columns = table.__table__.columns  # type: ignore[attr-defined]
        defaults = _defaults(table)
        names = list(dict.fromkeys([*(name for row in rows for name in row), *defaults]))
        values = ",".join(
            f"({','.join(self._value(columns[n], row[n]) if n in row else self._bare(defaults.get(n)) for n in names)})"
            for row in rows
        )
        self._parts.append(f"INSERT INTO {table.__tablename__} ({','.join(names)}) VALUES {values}")  # noqa: S608 - names of our tables

    def update(self, table: type[SQLModel], id_: object, values: Mapping[str, Any]) -> None:
        """Change columns, at least one, of the row with this ``id``."""
        columns = table.__table__.columns  # type: ignore[attr-defined]
        changes = ",".join(f"{name}={self._value(columns[name], value)}" for name, value in values.items())
        where = self._value(columns["id"], id_)
        self._parts.append(f"UPDATE {table.__tablename__} SET {changes} WHERE id={where}")  # noqa: S608 - names of our tables

    def change(self, statement: str, *values: object) -> None:
        """Add an INSERT, UPDATE or DELETE of one's own, with ``{}`` where each of the values belongs."""
        self._parts.append(statement.format(*map(self._bare, values)))

    async def send(self) -> None:
        """Carry everything out in the session's transaction, and begin anew. Raises IntegrityError for all of it."""
        *others, last = self._parts
        before = ",".join(f"w{number} AS ({part})" for number, part in enumerate(others))
        connection = await self._session.connection()
        await connection.exec_driver_sql(f"WITH {before} {last}" if before else last, tuple(self._values))
        self._parts.clear()
        self._values.clear()

    def _value(self, column: Column[Any], value: object) -> str:
        convert = _conversion(column, self._dialect)
        return self._bare(convert(value) if convert else value)

    def _bare(self, value: object) -> str:
        self._values.append(value)
        return f"${len(self._values)}"


@cache
def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    columns = table.__table__.columns  # type: ignore[attr-defined]
    return {column.name: column.default.arg for column in columns if column.default is not None}


@lru_cache(maxsize=4096)
def _conversion(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)

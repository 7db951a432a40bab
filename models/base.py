"""What every table shares: constraint names, column helpers and the check constraints of closed word sets."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

# Named constraints are what lets a migration alter them later; set before any table is defined.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: MetaData = SQLModel.metadata


def one_of(column: str, words: type[StrEnum], *, nullable: bool = False) -> CheckConstraint:
    """Allow only the words of a closed set in ``column``; SQLModel tables do not validate by themselves."""
    allowed = ", ".join(f"'{word.value}'" for word in words)
    condition = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if nullable else condition, name=column)


def instant(*, nullable: bool = False) -> Any:
    """Declare a column holding an instant in UTC."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


def document(*, nullable: bool = False) -> Any:
    """Declare a JSONB column."""
    return Field(default=None, sa_column=Column(JSONB, nullable=nullable))


def text(default: str | None = None, *, nullable: bool = False) -> Any:
    """Declare an unbounded text column."""
    return Field(default=default, sa_column=Column(Text, nullable=nullable))

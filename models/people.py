"""The people of the center and of the departments."""

from enum import StrEnum

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import text


class Role(StrEnum):
    """What a person may be."""

    AGENT = "agent"
    STEWARD = "steward"
    HANDLER = "handler"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Person(SQLModel, table=True):
    """A person who acts in the system; ``token_sha256`` lets a program act as this person."""

    __tablename__ = "people"

    id: int = Field(default=None, primary_key=True)
    account: str = Field(unique=True)
    name: str = text()
    roles: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    department: str | None = Field(default=None, foreign_key="departments.code", index=True)
    active: bool = True
    token_sha256: str | None = Field(default=None, unique=True)

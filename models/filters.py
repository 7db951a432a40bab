"""What people keep for their own lists."""

from typing import Any

from sqlmodel import Field, SQLModel

from models.base import document


class SavedFilter(SQLModel, table=True):
    """A filter of the inbox that a person has given a name; what it asks for is read anew each time."""

    __tablename__ = "saved_filters"

    person_id: int = Field(primary_key=True, foreign_key="people.id")
    name: str = Field(primary_key=True)
    asked: dict[str, Any] = document()

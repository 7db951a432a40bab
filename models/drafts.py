"""Intake forms that agents have begun and not launched yet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import document, instant


class IntakeDraft(SQLModel, table=True):
    """An intake form under way: whatever was typed, admissible or not; no application, and no clock, exists yet."""

    __tablename__ = "intake_drafts"

    id: UUID = Field(primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    journey: str
    content: dict[str, Any] = document()
    updated_at: datetime = instant()

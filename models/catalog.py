"""Published catalog versions and the resolved networks of applications; rows here are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.catalog import Channel, ItemKind, RefusalPolicy


class CatalogVersion(SQLModel, table=True):
    """One published version of everything (事项清单版本)."""

    __tablename__ = "catalog_versions"

    number: int = Field(primary_key=True)
    digest: str = Field(unique=True)
    city: str = text()
    division: str
    document: dict[str, Any] = document()
    published_at: datetime = instant()


class Department(SQLModel, table=True):
    """A department as the newest catalog version names it (部门)."""

    __tablename__ = "departments"
    __table_args__ = (one_of("channel", Channel),)

    code: str = Field(primary_key=True)
    name: str = text()
    name_en: str = text()
    relation: str
    hall: str | None = text(nullable=True)
    channel: str
    endpoint: str | None = text(nullable=True)


class ApprovalItem(SQLModel, table=True):
    """An approval item of one catalog version (政务服务事项)."""

    __tablename__ = "approval_items"
    __table_args__ = (one_of("kind", ItemKind),)

    catalog_version: int = Field(primary_key=True, foreign_key="catalog_versions.number")
    code: str = Field(primary_key=True)
    name: str = text()
    name_en: str = text()
    department: str = Field(foreign_key="departments.code", index=True)
    kind: str
    document: dict[str, Any] = document()


class Journey(SQLModel, table=True):
    """A journey of one catalog version with its items, typed edges, stages and questions (办事情形)."""

    __tablename__ = "journeys"
    __table_args__ = (one_of("refusal_policy", RefusalPolicy),)

    catalog_version: int = Field(primary_key=True, foreign_key="catalog_versions.number")
    code: str = Field(primary_key=True)
    name: str = text()
    name_en: str = text()
    refusal_policy: str
    document: dict[str, Any] = document()


class ApprovalNetwork(SQLModel, table=True):
    """A journey resolved by intake answers to a concrete network, shared by all applications it fits."""

    __tablename__ = "approval_networks"
    __table_args__ = (
        ForeignKeyConstraint(["catalog_version", "journey"], ["journeys.catalog_version", "journeys.code"]),
    )

    digest: str = Field(primary_key=True)
    catalog_version: int
    journey: str
    document: dict[str, Any] = document()

"""The people of the center and of the departments, their posts, and when they are away."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.vocabulary import EnterpriseClass


class Role(StrEnum):
    """What a person may be."""

    AGENT = "agent"
    STEWARD = "steward"
    HANDLER = "handler"
    #: The head of a department (部门负责人): the second pair of eyes on what its handlers refuse.
    HEAD = "head"
    MANAGER = "manager"
    #: Watches over the office (监督员、营商局督查): findings, complaints and supervision orders.
    SUPERVISOR = "supervisor"
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
    #: Argon2id, with its parameters and salt; without one nobody can sign in to the pages as this person.
    password_hash: str | None = text(nullable=True)


class Post(SQLModel, table=True):
    """A post (岗位) of a department with its A and B; ``item`` is empty for all items without a post of their own."""

    __tablename__ = "posts"
    __table_args__ = (CheckConstraint("backup_id <> principal_id", name="backup"),)

    department: str = Field(primary_key=True, foreign_key="departments.code")
    item: str = Field(default="", primary_key=True)
    principal_id: int = Field(foreign_key="people.id")
    backup_id: int | None = Field(default=None, foreign_key="people.id")
    manager_id: int = Field(foreign_key="people.id")


class Absence(SQLModel, table=True):
    """A person is away (离岗), both days included; empty ``items`` and ``applications`` mean for everything."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("last >= first", name="last"), Index("ix_absences_last", "last"))

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    person_id: int = Field(foreign_key="people.id", index=True)
    first: date
    #: None until further notice.
    last: date | None = None
    #: The first day back, when that was earlier than planned.
    returned_on: date | None = None
    items: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    applications: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    backup_id: int | None = Field(default=None, foreign_key="people.id")
    reason: str | None = text(nullable=True)
    recorded_at: datetime = instant()
    recorded_by: str = text()


class ApplicantClass(SQLModel, table=True):
    """An enterprise belongs to a class whose enterprises have a steward; it may belong to several."""

    __tablename__ = "applicant_classes"
    __table_args__ = (one_of("enterprise_class", EnterpriseClass),)

    applicant_id: int = Field(primary_key=True, foreign_key="applicants.id", sa_type=BigInteger)
    enterprise_class: str = Field(primary_key=True)


class StewardDuty(SQLModel, table=True):
    """A steward (项目管家) serves the enterprises of a class."""

    __tablename__ = "steward_duties"
    __table_args__ = (one_of("enterprise_class", EnterpriseClass),)

    person_id: int = Field(primary_key=True, foreign_key="people.id")
    enterprise_class: str = Field(primary_key=True)

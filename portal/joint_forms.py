"""What is sent in about joint handling: the plan revised, the others decided on, departments brought together."""

from datetime import UTC
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from casework.revising import Addition, edges_of
from portal.envelopes import EARLIEST, LATEST
from portal.fields import Body, Name, Prose
from rules.acts.sessions import Proceedings, Summons
from rules.catalog import DepartmentCode, ItemCode
from rules.vocabulary import SessionKind, SiblingsDecision

ItemOf = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
Node = Annotated[str, Field(pattern=r"^#?[A-Z][A-Z0-9]{0,15}$")]
Department = Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
# Not strict as in events: the framework has read the body before, and a time is still text.
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST), AfterValidator(lambda time: time.astimezone(UTC))]
PlanEdge = tuple[Node, Node, Literal["A", "H", "S", "O", "W"]]


class PlanRevision(Body):
    """An item that must be added to the plan, or that no longer applies; edges as ``[before, after, kind]``."""

    action: Literal["add", "drop"]
    item: ItemOf
    reason: Prose
    #: Of the journey where absent.
    edges: Annotated[tuple[PlanEdge, ...], Field(max_length=100)] | None = None
    stage: Name | None = None
    required: bool = True
    #: The department that asked for it.
    asked_by: Department | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "add",
                    "item": "P11",
                    "reason": "现场发现文物保护单位建设控制地带",
                    "edges": [["P11", "B02", "H"]],
                    "asked_by": "CTB",
                }
            ]
        }
    )

    def addition(self) -> Addition:
        """Turn the form into what casework adds."""
        return Addition(ItemCode(self.item), edges_of(self.edges), self.stage, self.required)


class AnotherRound(Body):
    """Why an item that was refused is applied for again: what is different now."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "已按不予许可理由调整布局"}]})


class SiblingsAnswer(Body):
    """What becomes of the items still at work now that the matter is settled."""

    decision: SiblingsDecision
    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "cancel", "reason": "主审事项已不予许可"}]})


class SessionSummons(Body):
    """A joint review (联合审查) or a joint inspection (联合踏勘) of several departments."""

    kind: SessionKind
    stage: Name
    items: Annotated[tuple[ItemOf, ...], Field(min_length=1, max_length=50)]
    planned_at: Instant
    guests: Annotated[tuple[Department, ...], Field(max_length=50)] = ()
    place: Annotated[str, Field(max_length=200)] = ""
    agenda: Annotated[str, Field(max_length=4000)] = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "inspection",
                    "stage": "completion",
                    "items": ["D01", "D03", "D04"],
                    "planned_at": "2026-03-05T09:00:00+08:00",
                    "place": "开发区一号路",
                }
            ]
        }
    )

    def summons(self) -> Summons:
        """Turn the form into what the rules arrange."""
        return Summons(
            kind=self.kind,
            stage=self.stage,
            items=tuple(map(ItemCode, self.items)),
            planned_at=self.planned_at,
            guests=tuple(map(DepartmentCode, self.guests)),
            place=self.place,
            agenda=self.agenda,
        )


class SessionProceedings(Body):
    """What came of a session: at an inspection two officers or more of each department present."""

    held_at: Instant
    minutes: Prose
    attendance: Annotated[dict[Department, tuple[Name, ...]], Field(min_length=1, max_length=50)]
    conclusions: Annotated[dict[Department, Prose], Field(max_length=50)] = {}

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_at": "2026-03-05T10:30:00+08:00",
                    "minutes": "现场与图纸一致",
                    "attendance": {"HCB": ["王芳", "李强"], "NRB": ["赵敏", "孙丽"]},
                    "conclusions": {"NRB": "符合规划条件"},
                }
            ]
        }
    )

    def proceedings(self) -> Proceedings:
        """Turn the form into what the rules record."""
        return Proceedings(self.held_at, self.minutes, self.attendance, self.conclusions)


class SessionCancelled(Body):
    """Why a session does not take place."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "大雪封路"}]})

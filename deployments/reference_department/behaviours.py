"""How each department behaves: rules of a YAML file, the first that matches an assignment wins."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from deployments.reference_department.joint_protocol import OpinionAsked
from deployments.reference_department.protocol import Dispatched, Text

_GRANT_BASIS = "《中华人民共和国行政许可法》第三十八条第一款"
_HOLD_BASIS = "《中华人民共和国行政许可法》第四十五条"


class BehavioursError(ValueError):
    """The behaviours file cannot be used; the message names every line that is wrong."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Strict):
    """Globs an assignment must all fit; ``application`` is compared with its number and with the project's name."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    department: Text = "*"
    item: Text = "*"
    application: Text = "*"

    def fits(self, asked: Dispatched | OpinionAsked) -> bool:
        names = (asked.application, asked.project.name)
        return (
            fnmatchcase(asked.department, self.department)
            and fnmatchcase(asked.item.code, self.item)
            and any(fnmatchcase(name, self.application) for name in names)
        )


class _Behaviour(_Strict):
    match: Match = Match()


class Working(_Behaviour):
    """Works for ``working_days`` (``promised``: the item's promised limit) or for ``minutes`` of office time."""

    working_days: Literal["promised"] | Annotated[int, Field(ge=0, le=1000)] = "promised"
    minutes: float | None = Field(default=None, gt=0)
    reason: Text = "申请符合法定条件、标准"
    legal_basis: Text = _GRANT_BASIS

    @model_validator(mode="after")
    def _one_working_time(self) -> Self:
        if self.minutes is not None and self.working_days != "promised":
            raise ValueError("give working_days or minutes, not both")
        return self


class Approve(Working):
    behaviour: Literal["approve"]


class Refuse(Working):
    """A refusal needs its reason and its legal basis (行政许可法 art. 38)."""

    behaviour: Literal["refuse"]
    reason: Text
    legal_basis: Text


class Slow(Working):
    """Works ``factor`` times as long."""

    behaviour: Literal["slow"]
    factor: float = Field(default=2.0, gt=0, le=10)


class Correction(Working):
    """Requests correction of ``missing`` (not given: what was not provided) once, then approves."""

    behaviour: Literal["correction"]
    missing: tuple[Text, ...] = ()
    correction_reason: Text = "申请材料不齐全或者不符合法定形式"


class Hold(Working):
    """Starts a special procedure of ``days`` working days after half of the working time.

    It is ``procedure`` if the item has that one, else the first the item has; an item without any is not held.
    """

    behaviour: Literal["hold"]
    procedure: Text = "expert_review"
    days: int = Field(ge=1, le=1000)
    hold_reason: Text = _HOLD_BASIS


class Flaky(Working):
    """Answers the first ``fail_times`` deliveries of a dispatch with 503, then approves."""

    behaviour: Literal["flaky"]
    fail_times: int = Field(default=2, ge=1)


class Duplicate(Working):
    """Sends every callback ``copies`` times at once."""

    behaviour: Literal["duplicate"]
    copies: int = Field(default=3, ge=2, le=10)


class OutOfOrder(Working):
    behaviour: Literal["out_of_order"]


class Extend(Working):
    """Has the limit extended by ``days`` after half of the working time (行政许可法 art. 42)."""

    behaviour: Literal["extend"]
    days: int = Field(ge=1, le=1000)
    approver: Text
    extension_reason: Text


class Transfer(_Behaviour):
    """Finds that department ``to`` is competent and hands the assignment on."""

    behaviour: Literal["transfer"]
    to: Text
    reason: Text


class Breach(Working):
    """Approves; ``found_after`` working days later a commitment is not kept, and must be within ``correct_within``."""

    behaviour: Literal["breach"]
    found_after: int = Field(default=5, ge=1, le=1000)
    correct_within: int = Field(default=10, ge=1, le=365)
    #: Kept after all on the last day; if not, it is found broken the day after.
    mended: bool = False
    breach_reason: Text
    breach_basis: Text


class Silent(_Behaviour):
    behaviour: Literal["silent"]


Behaviour = Annotated[
    Approve | Refuse | Slow | Correction | Hold | Flaky | Duplicate | OutOfOrder | Extend | Transfer | Breach | Silent,
    Field(discriminator="behaviour"),
]
BEHAVIOUR: TypeAdapter[Behaviour] = TypeAdapter(Behaviour)


class Opining(_Strict):
    """What a department says when it is heard on another one's item, and after how many working days.

    One that must forward the question up answers ``then`` as its superior does, ``forwarded_days`` later.
    """

    match: Match = Match()
    opinion: Literal["agree", "agree_with_conditions", "disagree", "must_forward_up", "silent"] = "agree"
    working_days: int = Field(default=1, ge=0, le=1000)
    reason: Text | None = None
    conditions: Text | None = None
    then: Literal["agree", "disagree"] = "agree"
    forwarded_days: int = Field(default=2, ge=1, le=1000)

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Self:
        disagrees = self.opinion == "disagree" or (self.opinion == "must_forward_up" and self.then == "disagree")
        if disagrees and self.reason is None:
            raise ValueError("a disagreement needs its reason")
        if self.opinion == "agree_with_conditions" and self.conditions is None:
            raise ValueError("an agreement with conditions needs its conditions")
        return self


class Behaviours(_Strict):
    defaults: Behaviour = Approve(behaviour="approve")
    rules: tuple[Behaviour, ...] = ()
    #: How departments are heard on the items of others; where none fits they agree after a working day.
    opinions: tuple[Opining, ...] = ()
    #: Who signs for a department, by its code.
    handlers: dict[str, Text] = Field(default_factory=dict)
    #: Who approves its refusals (否定备案), by its code.
    approvers: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _defaults_fit_everything(self) -> Self:
        if self.defaults.match != Match():
            raise ValueError("defaults apply to every assignment and take no match")
        return self

    def of(self, assignment: Dispatched) -> Behaviour:
        """Choose the first rule that fits an assignment, else the defaults."""
        return next((rule for rule in self.rules if rule.match.fits(assignment)), self.defaults)

    def opining(self, question: OpinionAsked) -> Opining:
        """Choose the first rule of opinions that fits a question, else agreement."""
        return next((rule for rule in self.opinions if rule.match.fits(question)), Opining())

    def handler_of(self, department: str) -> str:
        return self.handlers.get(department, f"{department} 经办人")

    def approver_of(self, department: str) -> str:
        return self.approvers.get(department, f"{department} 负责人")


def load_behaviours(path: Path) -> Behaviours:
    """Read a behaviours file; raises BehavioursError listing every finding with its line."""
    try:
        document = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, MarkedYAMLError) as error:
        raise BehavioursError(f"{path}: {error}") from error
    try:
        return Behaviours.model_validate({} if document is None else document)
    except ValidationError as error:
        raise BehavioursError("\n".join(_findings(path, document, error))) from error


def _findings(path: Path, document: object, error: ValidationError) -> Iterator[str]:
    for finding in error.errors(include_url=False):
        line, trail = _locate(document, finding["loc"])
        if finding["type"] == "missing":
            trail.append(str(finding["loc"][-1]))
        given = "" if isinstance(finding["input"], dict) else f", not {finding['input']!r}"
        yield f"{path}:{line}: {'.'.join(trail) or 'the file'}: {finding['msg']}{given}"


def _locate(document: Any, location: Sequence[int | str]) -> tuple[int, list[str]]:
    """Follow an error's location through the file, skipping the names of union members pydantic puts into it."""
    line, trail = 1, list[str]()
    for step in location:
        if isinstance(document, CommentedMap) and step in document:
            line = document.lc.key(step)[0] + 1
        elif isinstance(document, CommentedSeq) and isinstance(step, int):
            line = document.lc.item(step)[0] + 1
        else:
            continue
        trail.append(str(step))
        document = document[step]
    return line, trail

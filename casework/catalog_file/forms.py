"""What each entry of a catalog file must look like, and the published value it becomes."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from casework.catalog_file.fields import AsWord, Code, Form, Key, OneOrMore, Scalar, Text
from casework.catalog_file.references import (
    LED_FROM_ABOVE,
    DepartmentRef,
    ItemRef,
    NodeRef,
    QuestionRef,
    StageRef,
    checked_authorities,
    checked_condition,
    checked_edge,
    checked_endpoint,
    checked_waiver,
)
from casework.catalog_file.terms import JoinForm, PoliciesForm, TermsForm
from rules import catalog
from rules.catalog import AnswerKind, Channel, ClockStart, EdgeKind, ItemKind, LimitUnit, MaterialSource, RefusalPolicy
from rules.intake import objection_to


class CityForm(Form):
    city: Text
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    policies: PoliciesForm = PoliciesForm()
    center: DepartmentRef | None = None
    #: What holds of the city's own departments unless they say otherwise.
    government: Text | None = None
    court: Text | None = None


class DepartmentForm(Form):
    name: Text
    name_en: Text
    relation: Literal["county", "city_branch", "vertical", "technical", "enterprise"]
    hall: Text | None = None
    channel: Annotated[Channel, AsWord]
    endpoint: Annotated[Text | None, AfterValidator(checked_endpoint), Field(validate_default=True)] = None
    authority: Text | None = None
    reconsideration: Text | None = None
    court: Text | None = None
    enquiries: Text | None = None
    supervisor: Text | None = None

    @model_validator(mode="after")
    def _named_by_who_leads_it(self) -> Self:
        checked_authorities(self)
        return self

    def published(self, code: str, city: CityForm) -> catalog.Department:
        """Fill in what the city says of its own departments (行政复议法 art. 24: its government, its court)."""
        own = self.relation == "county"
        decides = own or self.relation in LED_FROM_ABOVE
        return catalog.Department(
            catalog.DepartmentCode(code),
            self.name,
            self.name_en,
            self.relation,
            self.hall,
            self.channel,
            self.endpoint,
            authority=self.authority or (f"{city.city}{self.name}" if own else self.name),
            reconsideration=self.reconsideration or (city.government or f"{city.city}人民政府" if own else ""),
            court=self.court or (city.court or "" if decides else ""),
            enquiries=self.enquiries or "",
            supervisor=self.supervisor or "",
        )


class LimitForm(Form):
    days: Annotated[int, Field(ge=0)]
    unit: Annotated[LimitUnit, AsWord]
    start: Annotated[ClockStart | None, AsWord] = None
    extension: Annotated[int, Field(ge=0)] = 0
    source: str = ""

    def published(self, start: ClockStart) -> catalog.Limit:
        return catalog.Limit(self.days, self.unit, self.start or start, self.extension, self.source)


class MaterialForm(Form):
    name: Text
    source: Annotated[MaterialSource, AsWord]
    of: Annotated[list[ItemRef], OneOrMore, Field(validate_default=True)] = []

    @field_validator("of")
    @classmethod
    def _only_results_have_an_origin(cls, of: list[str], info: ValidationInfo) -> list[str]:
        source = info.data.get("source")
        if source is MaterialSource.RESULT and not of:
            raise PydanticCustomError("missing-key", "缺少 of：来源为 result 时须写明是哪个事项的结果，例如 of: A01")
        if source is not None and source is not MaterialSource.RESULT and of:
            raise PydanticCustomError("unknown-key", "只有来源为 result 的材料才写 of，请删去或改为 source: result")
        return of

    def published(self, deferrable: bool) -> catalog.Material:
        origins = tuple(map(catalog.ItemCode, self.of))
        return catalog.Material(self.name, deferrable, self.source, origins[0] if origins else None, origins[1:])


class ItemForm(Form):
    name: Text
    name_en: Text
    department: DepartmentRef
    kind: Annotated[ItemKind, AsWord]
    legal: LimitForm
    promised: LimitForm
    main: list[MaterialForm]
    deferrable: list[MaterialForm] = []
    result: Text
    terms: TermsForm = TermsForm()

    @field_validator("promised")
    @classmethod
    def _no_longer_than_the_law_allows(cls, promised: LimitForm, info: ValidationInfo) -> LimitForm:
        legal = info.data.get("legal")
        if legal is not None and promised.unit is legal.unit and promised.days > legal.days:
            raise PydanticCustomError(
                "promised-exceeds-legal",
                "承诺时限 {promised} 长于法定时限 {legal}，应不超过 {legal}",
                {"promised": promised.days, "legal": legal.days},
            )
        return promised

    def published(self, code: str) -> catalog.ApprovalItem:
        start = self.legal.start or ClockStart.ACCEPTANCE
        return catalog.ApprovalItem(
            code=catalog.ItemCode(code),
            name=self.name,
            name_en=self.name_en,
            department=catalog.DepartmentCode(self.department),
            kind=self.kind,
            legal=self.legal.published(start),
            promised=self.promised.published(start),
            materials=(*(m.published(False) for m in self.main), *(m.published(True) for m in self.deferrable)),
            result=self.result,
            # The deferrable materials are the published list of 容缺受理: being on it is what makes an item eligible.
            terms=self.terms.published(listed=bool(self.deferrable)),
        )


class StageForm(Form):
    code: Key
    name: Text
    name_en: Text
    lead: DepartmentRef | None = None

    def published(self) -> catalog.Stage:
        lead = catalog.DepartmentCode(self.lead) if self.lead else None
        return catalog.Stage(self.code, self.name, self.name_en, lead)


class QuestionForm(Form):
    key: Key
    title: Text
    title_en: Text
    kind: Annotated[AnswerKind, AsWord]
    choices: Annotated[dict[str, Text], Field(validate_default=True)] = {}
    default: Scalar

    @field_validator("choices")
    @classmethod
    def _only_choices_are_chosen_from(cls, choices: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        kind = info.data.get("kind")
        if kind is AnswerKind.CHOICE and len(choices) < 2:
            raise PydanticCustomError(
                "wrong-choices", "选择题至少两个选项，例如 choices: {form: 报告表, report: 报告书}"
            )
        if kind is not None and kind is not AnswerKind.CHOICE and choices:
            raise PydanticCustomError("wrong-choices", "只有 kind: choice 的问题才有选项，请删去 choices")
        return choices

    @model_validator(mode="after")
    def _default_is_an_answer(self) -> Self:
        objection = objection_to(self.published(), self.default)
        if objection:
            raise PydanticCustomError("wrong-default", "default 不是有效答案：{why}", {"why": objection})
        return self

    def published(self) -> catalog.Question:
        default = float(self.default) if type(self.default) is int else self.default
        return catalog.Question(self.key, self.title, self.title_en, self.kind, default, tuple(self.choices.items()))


class ConditionForm(Form):
    question: QuestionRef
    equals: list[Scalar] = []
    at_least: float | None = None

    _fits_the_question = model_validator(mode="after")(checked_condition)

    def published(self) -> catalog.Condition:
        return catalog.Condition(self.question, tuple(self.equals), self.at_least)


class JourneyItemForm(Form):
    item: ItemRef
    stage: StageRef
    required: bool = True
    when: list[ConditionForm] = []
    waived: Annotated[list[Text], AfterValidator(checked_waiver)] = []

    def published(self) -> catalog.JourneyItem:
        when = tuple(condition.published() for condition in self.when)
        return catalog.JourneyItem(catalog.ItemCode(self.item), self.stage, self.required, when, tuple(self.waived))


class EdgeForm(Form):
    before: NodeRef
    after: NodeRef
    kind: Annotated[EdgeKind, AsWord, AfterValidator(checked_edge)]

    def published(self) -> catalog.Edge:
        return catalog.Edge(catalog.NodeCode(self.before), catalog.NodeCode(self.after), self.kind)


class JourneyForm(Form):
    code: Code
    name: Text
    name_en: Text
    refusal_policy: Annotated[RefusalPolicy, AsWord]
    stages: Annotated[list[StageForm], Field(min_length=1)]
    questions: list[QuestionForm] = []
    items: Annotated[list[JourneyItemForm], Field(min_length=1)]
    edges: list[EdgeForm] = []
    join: JoinForm = JoinForm()

    def published(self) -> catalog.Journey:
        return catalog.Journey(
            code=catalog.JourneyCode(self.code),
            name=self.name,
            name_en=self.name_en,
            stages=tuple(stage.published() for stage in self.stages),
            items=tuple(item.published() for item in self.items),
            edges=tuple(edge.published() for edge in self.edges),
            questions=tuple(question.published() for question in self.questions),
            refusal_policy=self.refusal_policy,
            join=self.join.published(),
        )

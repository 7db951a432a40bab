"""Forms of what the law says of an item beyond its limits, of a journey's join, and of the city's policies."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casework.catalog_file.fields import AsWord, Form, Key, Text
from casework.catalog_file.references import DepartmentRef, NodeRef
from rules import terms
from rules.documents.delays import own_basis
from rules.terms import (
    Approver,
    DecisionSilence,
    JoinPolicy,
    OnRefusal,
    ReceiptSilence,
    Siblings,
    ToleranceMode,
)

Days = Annotated[int, Field(ge=0)]
SomeDays = Annotated[int, Field(ge=1)]
Percent = Annotated[int, Field(ge=0, le=100)]


class CorrectionForm(Form):
    days: Days = 5
    unit: Literal["WD", "ND"] = "WD"
    silence: Annotated[ReceiptSilence, AsWord] = ReceiptSilence.DEEMED_ACCEPTED
    applicant_days: SomeDays | None = None
    source: Text = "行政许可法第三十二条"

    def published(self) -> terms.Correction:
        return terms.Correction(self.days, self.unit, self.silence, self.applicant_days, self.source)


class ProcedureForm(Form):
    kind: Key
    name: Text
    basis: Text
    max_days: SomeDays | None = None

    @model_validator(mode="after")
    def _cites_what_lets_its_time_be_left_out(self) -> Self:
        if not own_basis(self.published()):
            message = (
                "basis 须写明第几条；行政许可法第四十五条没有列举的程序须写明另有规定的法律，"
                "例如 basis: 取水许可和水资源费征收管理条例第十九条"
            )
            raise PydanticCustomError("wrong-value", message)
        return self

    def published(self) -> terms.SpecialProcedure:
        return terms.SpecialProcedure(self.kind, self.name, self.basis, self.max_days)


class ToleranceForm(Form):
    mode: Annotated[ToleranceMode, AsWord] = ToleranceMode.HOLD_RESULT
    max_days: SomeDays | None = None

    def published(self) -> terms.Tolerance:
        return terms.Tolerance(self.mode, self.max_days)


class VoiceForm(Form):
    department: DepartmentRef
    name: Text
    weight: SomeDays = 1
    veto: bool = False

    def published(self) -> terms.Voice:
        return terms.Voice(self.department, self.name, self.weight, self.veto)


class CooperationForm(Form):
    voices: Annotated[list[VoiceForm], Field(min_length=1)]
    policy: Annotated[JoinPolicy, AsWord] = JoinPolicy.LEAD
    needed: Days = 0
    days: SomeDays = 5
    silence_basis: str = ""

    @model_validator(mode="after")
    def _needed_can_be_reached(self) -> Self:
        _check_needed(self.policy, self.needed, len(self.voices), sum(voice.weight for voice in self.voices))
        return self

    def published(self) -> terms.Cooperation:
        voices = tuple(voice.published() for voice in self.voices)
        return terms.Cooperation(voices, self.policy, self.needed, self.days, self.silence_basis)


class RenewalForm(Form):
    days: SomeDays = 30
    unit: Literal["WD", "ND"] = "ND"

    def published(self) -> terms.Renewal:
        return terms.Renewal(self.days, self.unit)


class UseByForm(Form):
    milestone: NodeRef
    months: SomeDays
    basis: Text
    extensions: Days = 0
    extension_months: Days = 0

    def published(self) -> terms.UseBy:
        return terms.UseBy(self.milestone, self.months, self.basis, self.extensions, self.extension_months)


class TermsForm(Form):
    correction: CorrectionForm = CorrectionForm()
    procedures: list[ProcedureForm] = []
    tolerance: ToleranceForm | None = None
    extension_approver: Annotated[Approver, AsWord] = Approver.AGENCY_HEAD
    silence: Annotated[DecisionSilence, AsWord] = DecisionSilence.ESCALATE
    silence_basis: str = ""
    delivery_days: Days = 10
    electronic: bool = True
    cooperation: CooperationForm | None = None
    by_commitment: bool = False
    in_person: bool = False
    site_visit: bool = False
    renewal: RenewalForm = RenewalForm()
    quantity_limited: bool = False
    use_by: UseByForm | None = None

    @model_validator(mode="after")
    def _silence_approves_only_by_law(self) -> Self:
        if self.silence is DecisionSilence.DEEMED_APPROVED and not self.silence_basis:
            message = "silence: deemed_approved 须写明依据 silence_basis（法律或已公布的地方文件）"
            raise PydanticCustomError("missing-key", message)
        return self

    def published(self, *, listed: bool = False) -> terms.Terms:
        """Publish the terms; an item with deferrable materials is ``listed`` for 容缺受理 unless it says otherwise."""
        tolerance = self.tolerance or (ToleranceForm() if listed else None)
        return terms.Terms(
            correction=self.correction.published(),
            procedures=tuple(each.published() for each in self.procedures),
            tolerance=tolerance.published() if tolerance else None,
            extension_approver=self.extension_approver,
            silence=self.silence,
            silence_basis=self.silence_basis,
            delivery_days=self.delivery_days,
            electronic=self.electronic,
            cooperation=self.cooperation.published() if self.cooperation else None,
            by_commitment=self.by_commitment,
            in_person=self.in_person,
            site_visit=self.site_visit,
            renewal=self.renewal.published(),
            quantity_limited=self.quantity_limited,
            use_by=self.use_by.published() if self.use_by else None,
        )


class JoinForm(Form):
    policy: Annotated[JoinPolicy, AsWord] = JoinPolicy.ALL
    needed: Days = 0
    weights: dict[NodeRef, SomeDays] = {}
    deciding: list[NodeRef] = []
    on_refusal: Annotated[OnRefusal, AsWord] = OnRefusal.LET_FINISH
    siblings: Annotated[Siblings, AsWord] = Siblings.MOOT
    joint_limit_days: Days = 45
    joint_extension_days: Days = 15

    @model_validator(mode="after")
    def _fits_its_policy(self) -> Self:
        if self.policy in (JoinPolicy.QUORUM, JoinPolicy.WEIGHTED) and self.needed == 0:
            raise PydanticCustomError("missing-key", "policy: quorum 或 weighted 须写明 needed，例如 needed: 2")
        if self.policy is JoinPolicy.VETO and not self.deciding:
            raise PydanticCustomError("missing-key", "policy: veto 须写明 deciding：哪些事项可以一票否决")
        if self.policy is JoinPolicy.LEAD and len(self.deciding) != 1:
            raise PydanticCustomError("wrong-value", "policy: lead 须在 deciding 中写明一个决定性事项")
        return self

    def published(self) -> terms.Join:
        return terms.Join(
            self.policy,
            self.needed,
            tuple(self.weights.items()),
            tuple(self.deciding),
            self.on_refusal,
            self.siblings,
            self.joint_limit_days,
            self.joint_extension_days,
        )


class ThresholdsForm(Form):
    yellow_percent: Percent = 80
    yellow_days_left: Days = 1

    def published(self) -> terms.Thresholds:
        return terms.Thresholds(self.yellow_percent, self.yellow_days_left)


class PoliciesForm(Form):
    thresholds: ThresholdsForm = ThresholdsForm()
    remind_percent: Percent = 50
    notice_window_hours: Days = 24
    breach_bar_days: Days = 180
    cure_reminder_days: Days = 2
    slow_days: SomeDays = 5
    agent_filing_days: SomeDays = 1
    agent_answer_days: SomeDays = 1
    agent_grace_days: Days = 1
    agent_feedback_days: SomeDays = 1
    objection_days: Days = 5
    consultation_days: SomeDays = 3
    complaint_days: SomeDays = 13
    rectification_days: SomeDays = 15
    order_days: SomeDays = 5
    statement_days: SomeDays = 5
    opens_hour: Annotated[int, Field(ge=0, le=23)] = 9
    closes_hour: Annotated[int, Field(ge=1, le=24)] = 17
    appointment_minutes: Annotated[int, Field(ge=5, le=480)] = 30
    appointment_places: SomeDays = 2

    def published(self) -> terms.Policies:
        return terms.Policies(
            self.thresholds.published(),
            self.remind_percent,
            self.notice_window_hours,
            self.breach_bar_days,
            self.cure_reminder_days,
            self.slow_days,
            objection_days=self.objection_days,
            agent_filing_days=self.agent_filing_days,
            agent_answer_days=self.agent_answer_days,
            agent_grace_days=self.agent_grace_days,
            agent_feedback_days=self.agent_feedback_days,
            consultation_days=self.consultation_days,
            complaint_days=self.complaint_days,
            rectification_days=self.rectification_days,
            order_days=self.order_days,
            statement_days=self.statement_days,
            opens_hour=self.opens_hour,
            closes_hour=self.closes_hour,
            appointment_minutes=self.appointment_minutes,
            appointment_places=self.appointment_places,
        )


def _check_needed(policy: JoinPolicy, needed: int, votes: int, weight: int) -> None:
    most = {JoinPolicy.QUORUM: votes, JoinPolicy.WEIGHTED: weight}.get(policy)
    if most is not None and not 1 <= needed <= most:
        context = {"most": most, "needed": needed}
        raise PydanticCustomError("wrong-value", "needed 应为 1 至 {most}，现为 {needed}", context)

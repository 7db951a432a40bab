"""What an agent sends in: the intake form of a project, and what happens to it afterwards."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, StrictBool, StrictFloat, Tag, model_validator

from casework.launching import Intake
from portal.fields import Body, CreditCode, Email, Mobile, Name, ProjectCode, Prose
from rules.acts.commitments import Promise
from rules.catalog import AnswerKind
from rules.delivery.record import DeliveryChannel, DeliveryWish
from rules.engagement import EngagementTerms, Verb
from rules.renewal import Renewing
from rules.vocabulary import CommitmentKind, EnterpriseClass

#: Beyond this an answer is a slip of the finger, not an area, a length or an amount.
_LARGEST_ANSWER = 1e12
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[StrictFloat, Field(ge=-_LARGEST_ANSWER, le=_LARGEST_ANSWER, allow_inf_nan=False)]


def _kind(answer: object) -> str | None:
    match answer:
        case bool():
            return AnswerKind.YES_NO
        case int() | float():
            return AnswerKind.NUMBER
        case str():
            return AnswerKind.CHOICE
    return None


Answer = Annotated[
    Annotated[StrictBool, Tag(AnswerKind.YES_NO)]
    | Annotated[Number, Tag(AnswerKind.NUMBER)]
    | Annotated[Name, Tag(AnswerKind.CHOICE)],
    Discriminator(_kind),
]


Codes = Annotated[tuple[Name, ...], Field(max_length=200)]


class EngagementForm(Body):
    """What the applicant entrusts (委托); without items and stages the whole application.

    Withdrawing and committing are the applicant's own rights: an agent has them only where ``express`` says so.
    """

    items: Codes = ()
    stages: Codes = ()
    #: All but withdrawal and commitment when absent.
    verbs: tuple[Literal["file", "supplement", "receive_documents", "sign_for_receipt"], ...] | None = None
    express: tuple[Literal["withdraw", "commit"], ...] = ()
    excluded: tuple[Verb, ...] = ()
    #: From today when absent; both days are included.
    valid_from: date | None = None
    #: For the application's whole life when absent.
    valid_until: date | None = None
    #: Who signs for the applicant.
    representative: Name | None = None
    #: Number of the power of attorney (委托书).
    reference: Name | None = None

    def terms(self) -> dict[str, Any]:
        """Turn the form into what an engagement says."""
        said = {name: getattr(self, name) for name in EngagementForm.model_fields}
        words = {name: None if said[name] is None else tuple(map(Verb, said[name])) for name in ("verbs", "express")}
        return {**said, **words}


class DeliveryForm(Body):
    """How the applicant wants the results; a letter needs its ``address``."""

    channel: DeliveryChannel = DeliveryChannel.ONLINE
    #: All together (一并出件), which keeps none back beyond its own limit of delivery.
    together: StrictBool = False
    address: Name | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "post", "address": "开原市新城街1号"}]})

    @model_validator(mode="after")
    def _a_letter_has_an_address(self) -> "DeliveryForm":
        if self.channel is DeliveryChannel.POST and self.address is None:
            raise ValueError("邮寄送达须写明地址")
        return self

    def wish(self) -> DeliveryWish:
        """Turn the form into what casework keeps."""
        return DeliveryWish(self.channel, self.together, self.address)


class PromiseForm(Body):
    """What the applicant commits to and who signs; without ``materials`` all that the commitment can replace."""

    item: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
    #: Who signs for the applicant; the agent only hands the letter in.
    signer: Name
    kind: CommitmentKind = CommitmentKind.TOLERANCE
    materials: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    #: The day until which the applicant will bring them; the item's law may set an earlier one.
    until: date | None = None
    form: Name = "原件或电子件"

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"item": "E10", "signer": "刘晓", "materials": ["设施设备清单"], "until": "2026-03-13"}]
        }
    )

    def promise(self) -> Promise:
        """Turn the form into what casework takes."""
        return Promise(self.item, self.signer, self.kind, self.materials, self.until, self.form)


class RenewalForm(Body):
    """A permit that is to be renewed (延续): silence renews it where this is asked for in time (行政许可法 art. 50)."""

    item: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
    document_number: Name
    #: Its last day.
    expires_on: date


class IntakeForm(Body):
    """The intake form (登记表) of one project; ``/api/v1/catalog/journeys`` tells what may be asked and answered."""

    journey: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
    applicant_name: Name
    credit_code: CreditCode
    project_name: Name
    project_code: ProjectCode | None = None
    contact: Name | None = None
    #: Where the applicant is reminded of new notices.
    email: Email | None = None
    mobile: Mobile | None = None
    answers: Annotated[dict[Name, Answer], Field(max_length=100)] = {}
    #: Names of the materials handed in.
    materials: Annotated[tuple[Name, ...], Field(max_length=200)] = ()
    #: Account of the agent; the least busy one when absent.
    agent: Name | None = None
    #: Account of the steward (项目管家); the enterprise's own, or one for its class, when absent.
    steward: Name | None = None
    #: Classes of enterprises the applicant belongs to; those already known need not be repeated.
    classes: Annotated[tuple[EnterpriseClass, ...], Field(max_length=3)] = ()
    engagement: EngagementForm = EngagementForm()
    #: Number of the refused application that this one answers: what was granted there is not asked for again.
    reapplies: Name | None = None
    #: What the applicant commits to bring later (容缺受理), or promises instead of proving (告知承诺).
    commitments: Annotated[tuple[PromiseForm, ...], Field(max_length=100)] = ()
    delivery: DeliveryForm = DeliveryForm()
    renewals: Annotated[tuple[RenewalForm, ...], Field(max_length=100)] = ()

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "journey": "J3",
                    "applicant_name": "开原市清河餐饮有限公司",
                    "credit_code": "91211282MA0KYF01X8",
                    "project_name": "清河路餐饮店",
                    "answers": {"area": 420, "fire_route": "commitment", "sign": True, "tobacco": False},
                    "materials": ["股东身份证明", "章程", "经办人实名"],
                }
            ]
        }
    )

    def intake(self) -> Intake:
        """Turn the form into what casework launches."""
        promises = tuple(each.promise() for each in self.commitments)
        engagement = EngagementTerms(**self.engagement.terms())
        given = {"engagement": engagement, "commitments": promises, "delivery": self.delivery.wish()}
        given["renewals"] = tuple(Renewing(each.item, each.document_number, each.expires_on) for each in self.renewals)
        return Intake(**{**dict(self), **given})


class MilestoneReport(Body):
    """A real-world milestone that has been reached."""

    milestone: Annotated[str, Field(pattern=r"^#[A-Z]{1,15}$")]
    #: The day it happened: agents report within the city's working days.
    happened_on: date | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"milestone": "#START", "happened_on": "2026-03-02"}, {"milestone": "#START"}]}
    )


class MaterialsBrought(Body):
    """Names of materials that the applicant has brought."""

    names: Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)]
    #: They take the place of those already there: what was decided on the old ones is looked at again.
    replace: StrictBool = False
    #: Of the documents, by name; the very document that is there already replaces nothing.
    sha256: Annotated[dict[Name, Sha256], Field(max_length=200)] = {}

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"names": ["章程", "股东身份证明"]},
                {"names": ["章程"], "replace": True, "sha256": {"章程": "9f86d081884c7d659a2feaa0c55ad015" * 2}},
            ]
        }
    )


class JointExtensionRequest(Body):
    """``days`` more working days for a stage that several departments handle together (行政许可法 art. 42(2))."""

    stage: Name
    days: Annotated[int, Field(ge=1, le=365, strict=True)]
    approver: Name
    #: Only the head of the government may approve it; another is refused, and the attempt kept.
    approver_level: Literal["agency_head", "government_head"]
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "stage": "opening",
                    "days": 10,
                    "approver": "赵明（副市长）",
                    "approver_level": "government_head",
                    "reason": "情况复杂，需多部门会商",
                }
            ]
        }
    )


class WithdrawalRequest(Body):
    """Why the applicant withdraws, and by which request of theirs."""

    reason: Prose
    #: Number or description of the request the applicant signed; needed unless the engagement has express authority.
    applicant_request: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "项目选址调整", "applicant_request": "撤件申请书〔2026〕3号"}]}
    )

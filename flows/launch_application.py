"""Launch an application from the Prefect UI's own form."""

from typing import Annotated, Literal

from prefect import flow
from pydantic import BaseModel, Field

from casework.launching import Intake
from rules.engagement import EngagementTerms, Verb
from rules.vocabulary import EnterpriseClass
from tasks import applications


class IntakeForm(BaseModel):
    """登记表：一个项目的代办申请。"""

    journey: Annotated[
        str, Field(title="办事情形", description="J1 工业厂房新建 … J5 企业开办；见 catalog/kaiyuan/journeys")
    ]
    applicant_name: Annotated[str, Field(title="申请人（企业名称）", min_length=2, max_length=200)]
    credit_code: Annotated[str, Field(title="统一社会信用代码", min_length=18, max_length=18)]
    project_name: Annotated[str, Field(title="项目名称", min_length=2, max_length=200)]
    project_code: Annotated[str | None, Field(title="项目代码", description="24 位，已赋码的投资项目填写")] = None
    contact: Annotated[str | None, Field(title="联系人与电话", max_length=200)] = None
    answers: Annotated[
        dict[str, bool | float | str], Field(title="情形选项", description='如 {"special_works": true}；不填按默认')
    ] = {}
    materials: Annotated[list[str], Field(title="已提交材料", description="材料名称，一行一个")] = []
    agent: Annotated[str | None, Field(title="代办员账号", description="不填则由当前最空闲的代办员承办")] = None
    steward: Annotated[str | None, Field(title="项目管家账号", description="不填则按企业或其类别指派")] = None
    classes: Annotated[list[EnterpriseClass], Field(title="企业类别", description="重点项目、规上工业、限上商贸")] = []
    express_authority: Annotated[
        list[Literal["withdraw", "commit"]], Field(title="明示授权", description="撤回申请、作出承诺须有申请人明示授权")
    ] = []

    def intake(self) -> Intake:
        """Turn the validated form into what casework launches."""
        terms = EngagementTerms(express=tuple(map(Verb, self.express_authority)))
        given = self.model_dump(exclude={"express_authority"})
        changed = {"materials": tuple(self.materials), "classes": tuple(self.classes), "engagement": terms}
        return Intake(**{**given, **changed})


@flow(name="launch-application", persist_result=False)
async def launch_application(form: IntakeForm, key: str | None = None) -> str:
    """登记一个代办件并启动并联审批；返回代办件编号。重复使用同一幂等键只登记一次。"""
    # Prefect records no person behind a run, so the step names the door it came through; keys are kept apart by it too.
    return await applications.launch(form.intake(), "prefect", f"prefect:{key}" if key else None)

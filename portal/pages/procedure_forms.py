"""The forms of the procedures around a decision: hearings, site visits, revocation of a permit, striking it off."""

from typing import Final

from portal import procedure_events as bodies
from portal.pages.act_forms import BASIS, NUMBER, REASON, REMARK, ActForm, Entry, Widget
from rules.acts.cancelling import CancellationGround
from rules.acts.revoking import RevocationGround
from rules.vocabulary import DepartmentAct as Act

_OFFICERS = Entry("officers", "核查人员", Widget.LINES, required=True, hint="两名以上，每行一名")
_REVOKED_BY = Entry("handler", "经办人", required=True, hint="不得与决定人为同一人")

PROCEDURE_FORMS: Final = (
    ActForm(
        "assign-officers",
        Act.OFFICERS_ASSIGNED,
        "指派核查人员",
        (_OFFICERS, Entry("planned_on", "计划核查日期", Widget.DAY)),
        bodies.OfficersAssigned,
        apart=True,
    ),
    ActForm(
        "visit-site",
        Act.SITE_VISITED,
        "记录现场核查",
        (_OFFICERS, Entry("findings", "核查情况", Widget.PROSE, required=True)),
        bodies.SiteVisited,
        apart=True,
    ),
    ActForm(
        "tell-hearing",
        Act.HEARING_TOLD,
        "告知听证权利",
        (
            Entry("addressee", "被告知人", required=True),
            Entry("subject", "拟作出的决定", Widget.PROSE, required=True),
            Entry("contact", "申请听证的方式", Widget.PROSE, required=True),
            Entry("third_party", "被告知人是申请人以外的利害关系人", Widget.YES_NO),
        ),
        bodies.HearingTold,
        apart=True,
    ),
    ActForm(
        "request-hearing",
        Act.HEARING_REQUESTED,
        "登记听证申请",
        (Entry("by", "申请听证的人", required=True),),
        bodies.HearingRequested,
        apart=True,
    ),
    ActForm(
        "announce-hearing",
        Act.HEARING_ANNOUNCED,
        "通知听证",
        (
            Entry("held_at", "听证时间", Widget.MOMENT, required=True, hint="至少提前七个工作日通知"),
            Entry("place", "听证地点", required=True),
            Entry("presider", "听证主持人", required=True, hint="不得为审查该申请的工作人员"),
            Entry("examiners", "审查该申请的工作人员", Widget.LINES, required=True, hint="每行一名"),
            Entry("subject", "听证事由", Widget.PROSE, hint="无人申请而由部门主动举行时填写"),
            Entry("public", "公开举行", Widget.YES_NO),
        ),
        bodies.HearingAnnounced,
        apart=True,
    ),
    ActForm(
        "hold-hearing",
        Act.HEARING_HELD,
        "记录听证",
        (Entry("record", "听证笔录编号", required=True), REMARK),
        bodies.HearingHeld,
        apart=True,
    ),
    ActForm(
        "open-revocation",
        Act.REVOCATION_OPENED,
        "启动撤销程序",
        (
            Entry("ground", "撤销事由", Widget.CHOICE, required=True, words=RevocationGround),
            Entry("facts", "事实", Widget.PROSE, required=True),
            BASIS,
            Entry("authority", "作出撤销的机关", required=True),
        ),
        bodies.RevocationOpened,
        grave=True,
        apart=True,
    ),
    ActForm(
        "revoke",
        Act.REVOCATION_DECIDED,
        "撤销许可",
        (
            REASON,
            BASIS,
            Entry("public_interest", "为何不会对公共利益造成重大损害", Widget.PROSE, required=True),
            Entry("compensation", "如何补偿", Widget.PROSE, hint="被许可人以不正当手段取得的除外"),
            NUMBER,
            _REVOKED_BY,
        ),
        bodies.RevocationDecided,
        fixed=(("decision", "revoked"),),
        grave=True,
        signs_as="approver",
        of_head=True,
        apart=True,
    ),
    ActForm(
        "keep-permit",
        Act.REVOCATION_DECIDED,
        "不予撤销",
        (REASON, _REVOKED_BY),
        bodies.RevocationDecided,
        fixed=(("decision", "kept"),),
        signs_as="approver",
        of_head=True,
        apart=True,
    ),
    ActForm(
        "open-cancellation",
        Act.CANCELLATION_OPENED,
        "启动注销程序",
        (
            Entry("ground", "注销事由", Widget.CHOICE, required=True, words=CancellationGround),
            Entry("facts", "事实", Widget.PROSE, required=True),
            Entry("evidence", "证明文书", required=True, hint="判决、登记注销通知书、申请人的注销申请书等，写明文号"),
            Entry("ended_on", "届满或者发生的日期", Widget.DAY),
            Entry("legal_basis", "规定应当注销的其他法律、法规", Widget.PROSE, hint="仅其他情形填写，写明条款"),
        ),
        bodies.CancellationOpened,
        grave=True,
        apart=True,
    ),
    ActForm(
        "strike-off",
        Act.CANCELLATION_DECIDED,
        "注销许可",
        (REASON, NUMBER, _REVOKED_BY),
        bodies.CancellationDecided,
        fixed=(("decision", "struck_off"),),
        grave=True,
        signs_as="approver",
        of_head=True,
        apart=True,
    ),
    ActForm(
        "keep-registered",
        Act.CANCELLATION_DECIDED,
        "不予注销",
        (REASON, _REVOKED_BY),
        bodies.CancellationDecided,
        fixed=(("decision", "kept"),),
        signs_as="approver",
        of_head=True,
        apart=True,
    ),
)

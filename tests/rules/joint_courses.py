"""Courses of several items and several departments: opinions, joins, joint sessions, prerequisites."""

from dataclasses import replace
from typing import Final

from rules.acts import applicant, opining, revising
from rules.acts.report import Report
from rules.acts.sessions import Proceedings, Summons, cancelled, held, scheduled
from rules.acts.settling import siblings_decided
from rules.catalog import Edge, EdgeKind, ItemCode, NodeCode
from rules.entries import SessionScheduled
from rules.opinions import over
from rules.terms import (
    Cooperation,
    Join,
    JoinPolicy,
    OnRefusal,
    Policies,
    Siblings,
    Voice,
)
from rules.vocabulary import DepartmentAct as A
from rules.vocabulary import SessionKind, SessionStatus, SiblingsDecision
from tests.rules.courses import GRANTED, INSPECTION, REFUSED, Course, P, course, item
from tests.rules.receipts import at


@course
def transferred() -> Course:
    went = Course(item()).tell("P", A.ACCEPTED).tell("P", A.CLAIMED, handler="王芳").until("2026-03-05T09:00")
    went.tell("P", A.TRANSFERRED, department="DP", reason="职权").tell(
        "P", A.TRANSFERRED, department="DL", reason="职权划转"
    )
    went.tell("P", A.TRANSFERRED, department="DM", department_name="水利局", reason="职权划转")
    return went.tell("P", A.DECIDED, **GRANTED)


@course
def prerequisites() -> Course:
    edges = (("P", "Q", "H"), ("P", "#START", "S"), ("#START", "#DONE", "W"), ("#DONE", "R", "A"))
    went = (
        Course(item(), item("Q"), item("R"), edges=edges, shows_the_start=True)
        .tell("Q", A.ACCEPTED)
        .tell("Q", A.DECIDED, **GRANTED)
    )
    went.tell(
        "P", A.DECIDED, **{**GRANTED, "decision": "partly_granted", "reason": "部分不符", "legal_basis": "建筑法第八条"}
    )
    went.tell("Q", A.DECIDED, **GRANTED)
    for code in ("#DONE", "#START", "#DONE"):
        went.do(
            f"reaches {code}", lambda c=code: applicant.milestone_reported(went.snapshot, NodeCode(c), "刘晓", went.now)
        )
    return went.tell("R", A.DECIDED, **GRANTED)


VOICES: Final = (Voice("DL", "水利局", veto=True), Voice("DM", "林草局", weight=2))


@course
def opinions_heard() -> Course:
    went = Course(item(cooperation=Cooperation(VOICES, days=3))).tell("P", A.ACCEPTED).tell("P", A.DECIDED, **GRANTED)
    asked = next(o for o in went.snapshot.opinions if not over(went.snapshot, o))
    for act in (A.CLAIMED, A.DECIDED):
        report = Report(act, went.now, {"handler": "赵敏"})
        went.do(f"DL {act}", lambda r=report: opining.opined(went.snapshot, asked.id, r))
    went.opine("DL", opinion="disagree").opine("DL", opinion="agree_with_conditions")
    went.opine("DL", opinion="must_forward_up", reason="须省厅答复").opine("DL", opinion="disagree", reason="压占河道")
    went.opine("DL", opinion="agree").until("2026-03-20T09:00").opine(
        "DM", opinion="agree_with_conditions", conditions="补种"
    )
    went.tell("P", A.DECIDED, **GRANTED).tell("P", A.DECIDED, **GRANTED, reason="已改线")
    return went


@course
def opinions_by_silence() -> Course:
    basis = "开政办发〔2026〕4号第五条"
    went = Course(item(cooperation=Cooperation(VOICES, JoinPolicy.ALL, days=3, silence_basis=basis)))
    went.tell("P", A.ACCEPTED).until("2026-03-20T09:00").opine("DL", opinion="disagree", reason="压占河道")
    return went.tell("P", A.DECIDED, **GRANTED)


@course
def opinions_not_needed() -> Course:
    went = Course(item(cooperation=Cooperation(VOICES, JoinPolicy.QUORUM, needed=1))).tell("P", A.ACCEPTED)
    return went.opine("DM", opinion="agree").tell("P", A.DECIDED, **GRANTED)


@course
def opinions_forbid() -> Course:
    went = Course(item(cooperation=Cooperation(VOICES, JoinPolicy.VETO))).tell("P", A.ACCEPTED)
    went.opine("DL", opinion="disagree", reason="压占河道").tell("P", A.DECIDED, **GRANTED)
    return went.tell("P", A.DECIDED, **REFUSED, approver="李强")


def joined(siblings: Siblings, on_refusal: OnRefusal = OnRefusal.STOP_NOW) -> Course:
    join = Join(JoinPolicy.ALL, on_refusal=on_refusal, siblings=siblings)
    went = Course(item(), item("Q"), item("R"), edges=(("Q", "R", "A"),), join=join).tell("Q", A.ACCEPTED)
    return went.tell("P", A.DECIDED, **REFUSED, approver="李强").until("2026-03-03T09:00")


@course
def siblings_cancelled() -> Course:
    return joined(Siblings.CANCEL)


@course
def siblings_moot() -> Course:
    return joined(Siblings.MOOT, OnRefusal.LET_FINISH).tell("Q", A.DECIDED, **GRANTED).tell("R", A.DECIDED, **GRANTED)


@course
def siblings_waited_for() -> Course:
    return (
        joined(Siblings.CANCEL, OnRefusal.WAIT_FOR_ALL).tell("Q", A.DECIDED, **GRANTED).tell("R", A.DECIDED, **GRANTED)
    )


@course
def siblings_asked() -> Course:
    went = joined(Siblings.ASK)
    for answer in (SiblingsDecision.CONTINUE, SiblingsDecision.CONTINUE, SiblingsDecision.CANCEL):
        went.do(answer, lambda a=answer: siblings_decided(went.snapshot, a, "申请人要求"))
    went.do("again", lambda: siblings_decided(went.snapshot, SiblingsDecision.CONTINUE, "申请人要求"))
    return went


def summoned(kind: SessionKind) -> Course:
    went = (
        Course(item(procedures=(INSPECTION,)), item("Q", site_visit=True)).tell("P", A.ACCEPTED).tell("Q", A.ACCEPTED)
    )
    went.snapshot = replace(
        went.snapshot,
        network=replace(
            went.snapshot.network,
            stages=tuple(replace(each, lead=went.view().department) for each in went.snapshot.network.stages),
        ),
    )
    call = Summons(kind, "1", (P, ItemCode("Q")), at("2026-03-05T09:00"), place="一号路", agenda="现场")
    bad = (
        replace(call, planned_at=at("2026-03-01T09:00")),
        replace(call, stage="9"),
        replace(call, items=(P,)),
        replace(call, guests=("DX",)),  # type: ignore[arg-type]
    )
    for each in bad:
        went.do(f"summons {each.stage}", lambda c=each: scheduled(went.snapshot, 1, c, went.now))
    made = scheduled(went.snapshot, 1, call, went.now)
    went.do("summons", lambda: made)
    session = next(entry.view for entry in made if isinstance(entry, SessionScheduled))
    there = {"DP": ("王芳", "李强"), "DQ": ("赵敏", "孙丽")}
    went.until("2026-03-05T11:00")
    done = Proceedings(at("2026-03-05T09:00"), "纪要", there, {"DP": "一致"})
    for each in (
        replace(done, minutes=" "),
        replace(done, attendance={"DQ": there["DQ"]}),
        replace(done, attendance={**there, "DQ": ("赵敏",)}),
        replace(done, held_at=at("2026-03-06T09:00")),
        replace(done, conclusions={"DX": "一致"}),
        done,
    ):
        went.do("held", lambda p=each: held(went.snapshot, session, p, went.now))
    for status in SessionStatus:
        over = replace(session, status=status)
        went.do(f"calls off what is {status}", lambda s=over: cancelled(went.snapshot, s, "改期", went.now))
        went.do(f"holds what is {status}", lambda s=over: held(went.snapshot, s, done, went.now))
    return went.tell("Q", A.DECIDED, **GRANTED)


@course
def inspected_together() -> Course:
    return summoned(SessionKind.INSPECTION)


@course
def reviewed_together() -> Course:
    return summoned(SessionKind.REVIEW)


@course
def decided_by_an_enterprise() -> Course:
    went = Course(item(), names={"relation": "enterprise", "supervisor": ""}).tell("P", A.ACCEPTED)
    return went.tell("P", A.DECIDED, **REFUSED, approver="李强")


@course
def with_other_policies() -> Course:
    policies = Policies(remind_percent=0, notice_window_hours=0, objection_days=1, order_days=1, silence_warning_days=5)
    went = Course(item(), policies=policies).tell("P", A.CORRECTION_REQUESTED, missing=["丁"]).supply("丁")
    return went.until("2026-04-20T09:00").tell("P", A.DECIDED, **GRANTED).until("2026-05-20T09:00")


@course
def the_plan_changes() -> Course:
    edges = (("P", "#START", "S"), ("Q", "P", "H"), ("R", "#START", "S"))
    went = (
        Course(item(), item("Q"), item("R"), item("T"), edges=edges)
        .tell("P", A.ACCEPTED)
        .tell("R", A.DECIDED, **GRANTED)
    )
    for code in ("Q", "Q", "R", "X"):
        went.do(
            f"drops {code}",
            lambda c=code: revising.item_dropped(went.snapshot, ItemCode(c), "不再需要", "DP", went.now),
        )
    went.tell("P", A.DECIDED, **GRANTED)
    for after, kind in (("R", "A"), ("#START", "S")):
        code = ItemCode("N")
        new = Edge(NodeCode(code), NodeCode(after), EdgeKind(kind))
        shape = went.snapshot.network
        revised = replace(shape, items=(*shape.items, item(code)), edges=(*shape.edges, new))
        went.do(
            f"adds N before {after}",
            lambda r=revised: revising.item_added(went.snapshot, r, ItemCode("N"), "发现文物", None, went.now),
        )
    return went

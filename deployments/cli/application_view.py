"""One application for people: who and what it is, and its items by stage."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from rich.console import Group
from rich.table import Table
from rich.text import Text

from casework.queries import ApplicationReport, JoinStanding, JointLine, Line, OpinionLine, SessionLine
from deployments.cli.output import LIGHT_STYLES, OUTCOME_STYLES, STATUS_STYLES
from rules.catalog import LimitUnit
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus
from rules.workdays import SHANGHAI

#: Below this width the columns that a person misses least are left out.
_WIDE = 100
#: A deadline that rests on days whose holidays are not published yet.
_PROVISIONAL = "（暂定）"


def header(report: ApplicationReport, now: datetime) -> Group:
    """Say in a few lines what the application is, how it stands, and what it waits for."""
    standing = Text(report.number, style="bold").append("  ")
    if report.outcome is not None:
        standing.append(report.outcome.zh, OUTCOME_STYLES[report.outcome])
    else:
        standing.append(report.status.zh, "cyan")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("项目", Text(report.project + (f"（{report.project_code}）" if report.project_code else "")))
    facts.add_row("申请人", Text(f"{report.applicant}　{report.credit_code}"))
    facts.add_row("办事情形", Text(f"{report.journey} {report.journey_name}（清单第 {report.catalog_version} 版）"))
    facts.add_row("代办员", Text(f"{report.agent_name}（{report.agent}）"))
    facts.add_row("历时", Text(_duration(report, now)))
    facts.add_row("并联规则", Text(_join(report.join)))
    for opinion in report.opinions:
        facts.add_row("征求意见", Text(_opinion(opinion)))
    for meeting in report.sessions:
        facts.add_row(meeting.kind.zh, Text(_session(meeting)))
    if report.reapplies:
        facts.add_row("重新申请", Text(f"沿用 {report.reapplies} 的有效结果"))
    facts.add_row("用时", Text(_spent(report)))
    for joint in report.joint:
        facts.add_row("并联时限", Text(_joint(report, joint), LIGHT_STYLES[joint.light]))
    if report.waiting:
        facts.add_row("等待", Text(report.waiting.removeprefix("等待 "), style="bold"))
    return Group(standing, facts)


def items_table(report: ApplicationReport, width: int) -> Table:
    """List the items under their stages, each with its status, its light and its days."""
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("事项", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("部门", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("状态", no_wrap=True)
    table.add_column("用/承诺", no_wrap=True, justify="right")
    table.add_column("承诺办结", no_wrap=True)
    if wide:
        table.add_column("法定", no_wrap=True, justify="right")
        table.add_column("说明", no_wrap=True, overflow="ellipsis", ratio=2)
    names = {stage.code: stage.name for stage in report.stages}
    for stage, lines in groupby(sorted(report.lines, key=_stage_order(report)), key=lambda line: line.stage):
        table.add_row(Text(names.get(stage, stage), style="bold cyan"))
        for line in lines:
            row = [*_cells(line), *((_legal(line), Text(_remark(line), style="dim")) if wide else ())]
            table.add_row(*row)
    return table


def _join(join: JoinStanding) -> str:
    verdict = f"，{join.verdict.zh}" if join.verdict else ""
    return f"{join.words}（准予 {len(join.for_)}，未准予 {len(join.against)}，待定 {len(join.open)}{verdict}）"


def _opinion(opinion: OpinionLine) -> str:
    said = opinion.answer.zh if opinion.answer else opinion.status.zh
    deemed = "，视为同意" if opinion.deemed else ""
    due = f"，{opinion.due:%m-%d} 前" if opinion.due and opinion.answer is None else ""
    why = f"：{opinion.reason or opinion.conditions}" if opinion.reason or opinion.conditions else ""
    return f"{opinion.name}对 {opinion.item} {said}{deemed}{due}{why}"


def _session(meeting: SessionLine) -> str:
    at = f"{(meeting.held_at or meeting.planned_at).astimezone(SHANGHAI):%m-%d %H:%M}"
    return f"第 {meeting.session} 次 {meeting.status.zh} {at} {meeting.place} {'、'.join(meeting.departments)}"


def _duration(report: ApplicationReport, now: datetime) -> str:
    begun = f"{report.registered_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 登记"
    ended = report.concluded_at or now
    verb = "办结" if report.concluded_at else "现在"
    return f"{begun}，{ended.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {verb}，{report.working_days} 个工作日"


def _spent(report: ApplicationReport) -> str:
    spent = report.spent
    parts = f"部门 {spent.department}，代办中心 {spent.center}，申请人 {spent.applicant}，不计时 {spent.stopped}"
    return f"{parts}，共 {spent.total} 个工作日{_PROVISIONAL * spent.provisional}"


def _joint(report: ApplicationReport, joint: JointLine) -> str:
    name = next((stage.name for stage in report.stages if stage.code == joint.stage), joint.stage)
    due = f"至 {joint.due:%Y-%m-%d}{_PROVISIONAL * joint.provisional}" if joint.due else "中止计算"
    return f"{name} {joint.used}/{joint.days} 工作日，{due}，{joint.light.zh}"


def _stage_order(report: ApplicationReport) -> Callable[[Line], int]:
    order = {stage.code: position for position, stage in enumerate(report.stages)}
    return lambda line: order.get(line.stage, len(order))


def _cells(line: Line) -> tuple[Text, Text, Text, Text, str]:
    name = Text(f"  {line.name}", style="" if line.status else "dim")
    department = Text(line.department_name, style="" if line.status else "dim")
    used = f"{line.used}/{_promised(line)}" if line.light is not None else _promised(line)
    due = f"{line.promised_due:%m-%d}{_PROVISIONAL * line.provisional}" if line.promised_due is not None else ""
    return name, department, _status(line), Text(used, _urgency(line)), due


def _status(line: Line) -> Text:
    if line.status is None:
        return Text("○ 等待前置", style="dim")
    if line.status.final:
        return Text(f"● {line.status.zh}", STATUS_STYLES[line.status])
    lamp = Text("● ", LIGHT_STYLES[line.light] if line.light else "dim")
    return lamp.append(line.status.zh, STATUS_STYLES.get(line.status, "default"))


def _urgency(line: Line) -> str:
    return LIGHT_STYLES[line.light] if line.light in (Light.RED, Light.BLACK) else ""


def _promised(line: Line) -> str:
    return f"{line.promised_days}{_unit(line.promised_unit)}"


def _legal(line: Line) -> str:
    return f"{line.legal_days}{_unit(line.legal_unit)}"


def _unit(unit: LimitUnit) -> str:
    return {LimitUnit.WORKING_DAY: "工", LimitUnit.NATURAL_DAY: "日", LimitUnit.MONTH: "月"}[unit]


def _remark(line: Line) -> str:
    if line.undelivered:
        return f"未送达：{line.undelivered}"
    if line.decision is not None:
        refused = line.status is AssignmentStatus.REFUSED
        return (line.decision.reason if refused else line.decision.document_number) or ""
    if line.awaits:
        return f"待 {'、'.join(line.awaits)} 准予"
    return f"经办 {line.handler}" if line.handler else ""

"""What came of the demonstration, against what its script expects."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from casework.auditing import Finding
from deployments.cli.output import OUTCOME_STYLES
from deployments.demo.acting import Player
from deployments.demo.course import Course
from rules.catalog import Catalog
from rules.schedule import critical_path
from rules.vocabulary import AssignmentStatus as S
from rules.vocabulary import NoticeKind, Outcome

_COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that is not as the script expects, in words; nothing when all is."""

    differences: tuple[str, ...]
    audit_findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.differences and not self.audit_findings


def judge(course: Course, catalog: Catalog, findings: Sequence[Finding]) -> Verdict:
    """Compare how everything ended with how it should have."""
    differences = [each for player in course.players for each in _differences(course, player, catalog)]
    return Verdict(tuple(differences), tuple(findings))


def _differences(course: Course, player: Player, catalog: Catalog) -> Iterator[str]:
    name, report = player.part.intake.project_name, course.report(player)
    if report is None:
        yield f"{name}：{'时间到而未登记' if player.number is None else f'{player.number} 尚未看到'}"
        return
    if not report["complete"]:
        yield f"{name} {player.number}：时间到而未办结；{report['waiting'] or '无所等待'}"
        return
    if (state := course.run_state(player)) != _COMPLETED:
        yield f"{name} {player.number}：已办结，流程运行却是 {state or '没有'}（{report['flow_run_id']}）"
    expected = player.part.expected.outcome
    if report["outcome"] != expected:
        yield f"{name} {player.number}：应为 {expected.zh}，实为 {report['outcome_zh']}"
    for item, should in (player.part.expected_statuses(catalog) or {}).items():
        ended = next((line for line in report["lines"] if line["item"] == item), None)
        if ended is None or ended["status"] != should:
            yield f"{name} {item}：应为 {should.zh}，实为 {ended['status_zh'] if ended else '没有此事项'}"
    yield from _differences_of_joint_work(player, report)


def _differences_of_joint_work(player: Player, report: Mapping[str, Any]) -> Iterator[str]:
    """Compare what was said of the items of others, and what became of promises."""
    name, expected = f"{player.part.intake.project_name} {player.number}", player.part.expected
    for item, should in expected.opinions.items():
        answered = [each for each in report["opinions"] if each["item"] == item and each["department"] in should]
        said = {each["department"]: each["answer"] or each["status"] for each in answered}
        if said != should:
            yield f"{name} {item}：意见应为 {should}，实为 {said}"
    told = {notice["body"]["item"] for notice in report["notices"] if notice["kind"] == NoticeKind.BREACH}
    if told != set(expected.breached):
        yield f"{name}：承诺未履行应为 {sorted(expected.breached)}，实为 {sorted(told)}"


def summary_table(course: Course, catalog: Catalog) -> Table:
    """List every application: outcome, items, and its working days beside the promised and the legal plan."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("代办件", no_wrap=True, overflow="ellipsis")
    table.add_column("情形", no_wrap=True)
    table.add_column("结果", no_wrap=True)
    for title in ("准予", "不予", "未办", "工作日", "承诺", "法定"):
        table.add_column(title, no_wrap=True, justify="right")
    for player in course.players:
        report = course.report(player)
        if report is None:
            continue
        network = player.part.network(catalog)
        counted = Counter(line["status"] for line in report["lines"])
        granted, refused = counted[S.GRANTED], counted[S.REFUSED]
        numbers = (granted, refused, len(report["lines"]) - granted - refused, report["working_days"])
        planned = (critical_path(network, "promised").days, critical_path(network, "legal").days)
        table.add_row(
            Text(player.part.intake.project_name),
            player.part.intake.journey,
            _outcome(report),
            *(str(number or "") for number in numbers[:3]),
            str(numbers[3]),
            *map(str, planned),
        )
    return table


def as_document(course: Course, verdict: Verdict, *, ui: str, portal: str) -> dict[str, Any]:
    """Write the result for programs."""
    outcomes = Counter(report["outcome"] or "open" for report in course.reports.values())
    return {
        "ok": verdict.ok,
        "applications": len(course.players),
        "outcomes": dict(sorted(outcomes.items())),
        "decisions": course.decisions,
        "steps": course.steps,
        "wall_s": round(course.wall_seconds, 2),
        "audit_ok": not verdict.audit_findings,
        "ui": ui,
        "portal": portal,
        "differences": [
            *verdict.differences,
            *(f"{f.number} #{f.serial}: {f.problem}" for f in verdict.audit_findings),
        ],
    }


def _outcome(report: Mapping[str, Any]) -> Text:
    if report["outcome"] is None:
        return Text(report["status_zh"], "dim")
    outcome = Outcome(report["outcome"])
    return Text(outcome.zh, OUTCOME_STYLES[outcome])

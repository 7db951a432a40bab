"""Play every case against an endpoint and report what a person can act on."""

import httpx
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from deployments.conformance.callbacks import Callbacks, listening
from deployments.conformance.cases import CASES, Case, Examination
from deployments.conformance.sender import PATIENCE_SECONDS, Sender, Target
from deployments.conformance.verdicts import CaseError, Finding, NotPlayedError, UneasyError, Verdict

_MARKS = {
    Verdict.PASSED: ("✔", "green"),
    Verdict.FAILED: ("✘", "bold red"),
    Verdict.WARNED: ("!", "yellow"),
    Verdict.SKIPPED: ("–", "dim"),
}


async def examine(
    target: Target, *, host: str = "127.0.0.1", port: int = 0, callback_url: str | None = None, wait_seconds: float
) -> list[Finding]:
    """Play every case in order; the callback address is open meanwhile."""
    callbacks = Callbacks(target.secret)
    async with (
        listening(callbacks, host, port) as own_url,
        httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False) as client,
    ):
        ex = Examination(Sender(client, target, callback_url or own_url), callbacks, wait_seconds)
        return [await _play(ex, code, title, case) for code, title, case in CASES]


async def _play(ex: Examination, code: str, title: str, case: Case) -> Finding:
    try:
        await case(ex)
    except NotPlayedError as skipped:
        return Finding(code, title, Verdict.SKIPPED, skipped.seen, skipped.advice)
    except UneasyError as warning:
        return Finding(code, title, Verdict.WARNED, warning.seen, warning.advice)
    except CaseError as failure:
        return Finding(code, title, Verdict.FAILED, failure.seen, failure.advice)
    return Finding(code, title, Verdict.PASSED)


def report(target: Target, findings: list[Finding], console: Console) -> None:
    """Print the findings; below each that is not well, what was seen and what to do."""
    console.print(Text(f"部门 {target.department} · {target.url}", style="bold"))
    for finding in findings:
        mark, style = _MARKS[finding.verdict]
        console.print(Text.assemble((f"{mark} ", style), finding.title))
        if finding.verdict is Verdict.PASSED:
            continue
        for label, words in (("实际", finding.seen), ("办法", finding.advice)):
            if words:
                console.print(Padding(Text.assemble((f"{label} ", "dim"), words), (0, 0, 0, 4)))
    count = {verdict: sum(f.verdict is verdict for f in findings) for verdict in Verdict}
    summary = f"通过 {count[Verdict.PASSED]}，未通过 {count[Verdict.FAILED]}，"
    console.print(Text(f"{summary}提醒 {count[Verdict.WARNED]}，未检查 {count[Verdict.SKIPPED]}", style="bold"))


def as_json(target: Target, findings: list[Finding]) -> dict[str, object]:
    """Write the findings for a program."""
    listed = [
        {"case": f.case, "title": f.title, "verdict": f.verdict.value, "seen": f.seen, "advice": f.advice}
        for f in findings
    ]
    return {"url": target.url, "department": target.department, "ok": is_well(findings), "findings": listed}


def is_well(findings: list[Finding]) -> bool:
    """Tell whether nothing failed."""
    return all(finding.verdict is not Verdict.FAILED for finding in findings)

"""The command line's root: which commands there are, and how errors reach the caller."""

import sys
from collections.abc import Sequence

import typer

from deployments.cli import (
    applicants,
    applications,
    calendars,
    catalogs,
    conformance,
    delivering,
    demonstration,
    dispatching,
    documents,
    joint,
    managing,
    people,
    protocols,
    proxies,
    services,
    simulation,
    stack,
    upkeep,
    visits,
)

#: Nothing below imports more than typer before a command runs: ``daiban --help`` and completion stay quick.
app = typer.Typer(
    name="daiban",
    help="代办：并联审批流程引擎 · Parallel government approvals",
    no_args_is_help=True,
    add_completion=True,
)


def _group(name: str, help_: str) -> typer.Typer:
    group = typer.Typer(help=help_, no_args_is_help=True)
    app.add_typer(group, name=name)
    return group


app.command("demo")(demonstration.demo)
app.command("up")(stack.up)
app.command("down")(stack.down)
app.command("clock")(stack.clock)
app.command("launch")(applications.launch)
app.command("list")(applications.list_)
app.command("status")(applications.status)
app.command("steps")(applications.steps)
app.command("documents")(documents.list_)
app.command("report")(applications.report)
app.command("supply")(applications.supply)
app.command("commit")(applications.commit)
app.command("resend")(applications.resend)
app.command("withdraw")(applications.withdraw)
app.command("cancellation")(applications.cancellation)
app.command("confirm")(delivering.confirm)
app.command("close")(delivering.close)
app.command("code")(delivering.code)
app.command("alerts")(proxies.alerts)
app.command("reply")(proxies.reply)
app.command("siblings")(joint.siblings)
app.command("green")(visits.green)
app.command("filings")(managing.filings)
app.command("findings")(managing.findings)
app.command("supervised")(managing.supervised)
app.command("daily")(managing.daily)
app.command("refer")(managing.refer)
app.command("ban")(managing.ban)
app.command("doctor")(upkeep.doctor)
app.command("settings")(upkeep.settings)
app.command("deploy")(upkeep.deploy)
app.command("worker")(services.worker)
app.command("portal")(services.portal)
app.command("simulate")(simulation.simulate)

item = _group("item", "增减事项 · Items of the plan")
item.command("add")(joint.add)
item.command("drop")(joint.drop)
item.command("again")(joint.again)
meeting = _group("session", "联合审查、联合踏勘 · Joint sessions")
meeting.command("schedule")(joint.schedule)
meeting.command("hold")(joint.hold)
meeting.command("cancel")(joint.cancel)
result = _group("result", "送达 · Delivery of results")
result.command("send")(delivering.send)
result.command("deliver")(delivering.deliver)
result.command("fail")(delivering.fail)
result.command("retry")(delivering.retry)
appointment = _group("appointment", "预约 · Appointments")
appointment.command("book")(visits.book)
appointment.command("answer")(visits.answer)
appointment.command("attend")(visits.attend)
appointment.command("list")(visits.list_)
applicant = _group("applicant", "申请人 · Applicants")
applicant.command("change")(applicants.change)
applicant.command("versions")(applicants.versions)
catalog = _group("catalog", "事项清单 · Catalog versions")
catalog.command("check")(catalogs.check)
catalog.command("load")(catalogs.load)
document = _group("document", "文书 · Issued documents")
document.command("verify")(documents.verify)
document.command("save")(documents.save)
calendar = _group("calendar", "工作日历 · Working days")
calendar.command("load")(calendars.load)
calendar.command("show")(calendars.show)
person = _group("person", "人员 · People")
person.command("add")(people.add)
person.command("password")(people.password)
person.command("away")(people.away)
person.command("back")(people.back)
person.command("absences")(people.absences)
post = _group("post", "岗位 · Posts (AB岗)")
post.command("fill")(people.fill)
post.command("list")(people.posts)
engagement = _group("engagement", "委托 · Engagements")
engagement.command("show")(proxies.engagement)
engagement.command("sign")(proxies.sign)
engagement.command("end")(proxies.end)
engagement.command("suspend")(proxies.suspend)
engagement.command("resume")(proxies.resume)
engagement.command("remind")(proxies.remind)
enquiry = _group("enquiry", "咨询 · Enquiries (首问负责)")
enquiry.command("list")(proxies.enquiries)
enquiry.command("ask")(proxies.ask)
enquiry.command("offer")(proxies.offer)
enquiry.command("accept")(proxies.accept)
enquiry.command("decline")(proxies.decline)
enquiry.command("resolve")(proxies.resolve)
audit = _group("audit", "审计 · Step records")
audit.command("verify")(upkeep.verify)
database = _group("database", "数据库 · Our tables")
database.command("upgrade")(upkeep.upgrade)
protocol = _group("protocol", "部门协议 · The department protocol")
protocol.command("docs")(protocols.docs)
department = _group("department", "部门系统 · Department systems")
department.command("serve")(services.serve_departments)
department.command("check")(conformance.check)
department.command("health")(dispatching.health)
department.command("channel")(dispatching.channel)
outbox = _group("outbox", "未送达的消息 · Messages that did not get through")
outbox.command("list")(dispatching.list_)
outbox.command("retry")(dispatching.retry)
outbox.command("discard")(dispatching.discard)
conflict = _group("conflict", "不一致的决定 · Contradicting decisions")
conflict.command("list")(dispatching.conflicts)
conflict.command("resolve")(dispatching.resolve)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 done but problems were found, 2 refused with the reason on stderr."""
    try:
        code = app(arguments, prog_name="daiban", standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        from deployments.cli.refusals import line_for  # noqa: PLC0415 - imports the libraries whose errors it knows

        line = line_for(error)
        if line is None:
            raise
        if line:
            typer.echo(line, err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)

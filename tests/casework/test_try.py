from datetime import datetime, timedelta
from uuid import UUID
from sqlalchemy import text
from casework import launching, messages, notices, department_events
from casework.launching import Intake
from casework.casefile import Actor
from casework.department_events import Event
from rules.vocabulary import DepartmentAct
from rules.workdays import SHANGHAI
async def test_x(session):
    now = datetime(2026,3,2,9,tzinfo=SHANGHAI)
    n, new = await launching.launch(session, Intake("J5","开原测试公司","91211282MA0KYF01X8","开办", materials=("股东身份证明","章程","经办人实名")), actor=Actor("zhang"), now=now, key="k")
    print(n)
    for step in range(4):
        rows = (await session.execute(text("select m.id, m.kind, s.item, s.id as a, s.department, s.status from department_messages m join assignments s on s.id=m.assignment_id where sent_at is null and voided_at is null order by serial"))).all()
        for r in rows:
            await messages.record_delivered(session, r.id, receipt_number="R1", now=now)
            print(r.item, await department_events.receive(session, r.a, r.department, Event("e1", DepartmentAct.DECIDED, now, {"decision":"granted"}), actor=Actor("x"), now=now))
    for r in (await session.execute(text("select id, kind from notices where sent_at is null"))).all():
        print(r.kind, await notices.deliver(session, r.id, now=now))
    print((await session.execute(text("select status, outcome, complete from applications"))).all())
    for r in (await session.execute(text("select serial, kind, item, before, after from step_records order by serial"))).all(): print(r)
    from casework import queries
    import json
    r = await queries.report(session, n, now=now+timedelta(days=3))
    print(json.dumps(queries.as_json(r), ensure_ascii=False, indent=1))
    print([queries.as_json(x) for x in await queries.applications(session, limit=5)])
    print([queries.as_json(x) for x in await queries.steps(session, n, limit=5)][-1])

"""The detectors see what the office has recorded."""

from typing import Any

import pytest

from casework import closing, queries
from rules.delivery.record import ObjectionKind
from rules.errors import ClosureRefusedError
from rules.findings import FindingKind
from rules.vocabulary import DepartmentAct
from tests.casework.test_closing import APPLICANT, MANAGER


async def test_what_is_on_record_is_found_with_its_evidence(desk: Any) -> None:
    number = await desk.launch("J5")
    await desk.deliver(number)
    decided_at = desk.now
    desk.wait(days=1)
    refusal = {
        "decision": "refused",
        "reason": "不符",
        "legal_basis": "第十九条",
        "handler": "王芳",
        "approver": "李强",
    }
    await desk.tell(number, "E01", DepartmentAct.DECIDED, at=decided_at, **refusal)
    await desk.deliver(number)
    with pytest.raises(ClosureRefusedError):
        await closing.close(desk.session, number, actor=MANAGER, now=desk.now)
    said = (ObjectionKind.NOT_RECEIVED, "没有收到")
    await closing.object_to(desk.session, number, *said, actor=APPLICANT, now=desk.now)

    found = await queries.findings(desk.session, days=30, now=desk.now)
    assert {each.kind for each in found} == {
        FindingKind.REPORTED_LATE,
        FindingKind.CLOSING_REJECTED,
        FindingKind.NOT_RECEIVED,
    }
    assert {each.number for each in found} == {number}
    assert [each.item for each in found if each.kind is FindingKind.REPORTED_LATE] == ["E01"]
    desk.wait(days=31)
    assert await queries.findings(desk.session, days=30, now=desk.now) == []

"""A permit that was granted is given up from the command line."""

from typing import Any

from tests.casework.conftest import Desk
from tests.deployments.cli.test_sending import at_the_desk


def test_a_holder_gives_a_permit_up(office: Any, committed_database: str) -> None:
    async def granted(desk: Desk) -> str:
        number = await desk.launch()
        await desk.deliver(number)
        await desk.grant(number, "E01")
        return number

    number = at_the_desk(committed_database, granted)
    asked = ("cancellation", number, "E01", "--reason", "门店停业", "--by", "清河餐饮")
    alone = office(*asked)
    assert (alone.code, "明示授权" in alone.err) == (2, True)
    assert office(*asked, "--request", "注销申请书〔2026〕1号").code == 0
    again = office(*asked, "--request", "注销申请书〔2026〕1号")
    assert (again.code, "注销程序已经启动" in again.err) == (2, True)
    kinds = {step["kind"] for step in office("steps", number, "--json").document["steps"]}
    assert "cancellation.requested" in kinds

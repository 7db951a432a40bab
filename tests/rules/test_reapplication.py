"""Whoever deceived may not apply again for one year or three (行政许可法 art. 78, 79), and may on the day after."""

from datetime import date

import pytest

from rules.catalog import ItemCode, RefusalPolicy
from rules.errors import ReapplicationBarredError
from rules.reapplication import Ban, Misconduct, ban_until, require_allowed
from tests.rules.networks import network, network_item

SHAPE = network([network_item("P"), network_item("Q")], [], RefusalPolicy.STOP_DEPENDENTS)
UNTIL = date(2027, 3, 2)


@pytest.mark.parametrize(
    ("misconduct", "decided", "until"),
    [
        (Misconduct.FALSE_PAPERS, date(2026, 3, 2), date(2027, 3, 2)),
        (Misconduct.DECEPTION, date(2026, 3, 2), date(2029, 3, 2)),
        (Misconduct.FALSE_PAPERS, date(2028, 2, 29), date(2029, 2, 28)),
        (Misconduct.DECEPTION, date(2028, 2, 29), date(2031, 2, 28)),
    ],
)
def test_a_bar_lasts_one_year_or_three(misconduct: Misconduct, decided: date, until: date) -> None:
    assert ban_until(misconduct, decided) == until


@pytest.mark.parametrize(
    ("item", "today", "barred"), [("P", UNTIL, True), ("P", date(2027, 3, 3), False), ("X", UNTIL, False)]
)
def test_a_bar_holds_for_its_item_to_the_end_of_its_last_day(item: str, today: date, barred: bool) -> None:
    bans = [Ban(ItemCode(item), Misconduct.FALSE_PAPERS, UNTIL)]
    if barred:
        with pytest.raises(ReapplicationBarredError, match="第七十八条") as caught:
            require_allowed(SHAPE, bans, today)
        assert caught.value.details == {"barred": {"P": "2027-03-02"}}
    else:
        require_allowed(SHAPE, bans, today)

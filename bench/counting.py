"""How many deadlines a second the working-day calendar counts: it is asked for every clock of every look."""

import asyncio
import sys
import time
from datetime import date, timedelta
from typing import Final

from rules.workdays import OFFICIAL

#: Below this a page of a thousand clocks would be felt.
LEAST_PER_SECOND: Final = 100_000
_FIRST: Final = date(2018, 1, 1)


def per_second(times: int) -> float:
    """Count deadlines of 1 to 60 working days, over eight years, a second of processor time."""
    OFFICIAL.add_working_days(_FIRST, 1)
    asked = [(_FIRST + timedelta(days=n * 7 % 3000), n % 60 + 1) for n in range(times)]
    begun = time.process_time()
    for day, days in asked:
        OFFICIAL.add_working_days(day, days)
    return times / (time.process_time() - begun)


async def main(times: int) -> None:
    measured = per_second(times)
    verdict = "promised" if measured >= LEAST_PER_SECOND else f"less than the {LEAST_PER_SECOND:,} promised"
    print(f"add_working_days: {measured:,.0f} per second ({verdict})")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000))

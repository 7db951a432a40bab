"""Run every measurement with its full numbers and print a line for each."""

import asyncio
import sys

from bench import buttons, counting, departments, engine, intake, join_storm, kill, last_decision, waiting, wake_race

#: Name, what it runs, and how many applications (deadlines, for the calendar).
MEASUREMENTS = {
    "calendar": (counting.main, 300_000),
    "engine": (engine.main, 50),
    "intake": (intake.main, 12),
    "departments": (departments.main, 10),
    "last_decision": (last_decision.main, 100),
    "wake_race": (wake_race.main, 500),
    "join_storm": (join_storm.main, 100),
    "waiting": (waiting.main, 200),
    "kill": (kill.main, 50),
}


async def run(names: list[str]) -> None:
    for name, (main, applications) in MEASUREMENTS.items():
        if not names or name in names:
            print(f"== {name}", flush=True)
            await main(applications)
    if not names or "buttons" in names:
        print("== buttons", flush=True)
        await buttons.main()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))

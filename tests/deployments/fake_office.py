"""A supervisor of stand-in processes on a real PostgreSQL, run as a program: ``fake_office.py DATA_DIR``."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from deployments.ports import USUAL_PORTS
from deployments.processes import ProcessSpec, python
from deployments.stack import Stack, StackState
from kit.logs import configure_logs

WORKER_WITH_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("worker ready", child.pid, flush=True)
time.sleep(600)
"""


def processes(state: StackState, _behaviours: Path | None) -> Sequence[ProcessSpec]:
    portal = python("http.server", str(state.portal_port), "--bind", "127.0.0.1", "--directory", str(state.data_dir))
    worker = (sys.executable, "-c", WORKER_WITH_A_CHILD)
    return [
        ProcessSpec("portal", portal, ready_url=f"{state.portal_url}/stack.lock"),
        ProcessSpec("worker", worker, ready_text="worker ready", after=("portal",)),
    ]


async def main(data_dir: Path) -> None:
    stack = Stack(data_dir, ports=dict.fromkeys(USUAL_PORTS, 0), processes=processes)

    def announce(state: StackState) -> None:
        grandchild = int((state.data_dir / "logs" / "worker.log").read_text().split()[-1])
        sys.stdout.write(json.dumps({**stack.pids(), "grandchild": grandchild}) + "\n")
        sys.stdout.flush()

    await stack.serve(announce)


if __name__ == "__main__":
    configure_logs("stack")
    asyncio.run(main(Path(sys.argv[1])))

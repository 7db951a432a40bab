"""How log lines reach a run's page in the Prefect UI; ``PREFECT_LOGGING_HANDLERS_API_CLASS`` names it."""

from prefect.logging.handlers import APILogHandler

from kit.logs import SuspensionIsNoError


class RunLogHandler(APILogHandler):
    """Prefect's own handler, which shows a waiting application as information and not as a red error."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(SuspensionIsNoError())

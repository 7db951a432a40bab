"""``python -m deployments.cli`` is ``daiban``."""

from deployments.cli import main

main()

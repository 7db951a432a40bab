"""The command line: ``daiban``."""

from deployments.cli.app import main

__all__ = ["main"]

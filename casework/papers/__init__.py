"""Documents on paper: laid out by a template of their version, with fonts embedded, the same bytes each time."""

from casework.papers.rendering import render

__all__ = ["render"]

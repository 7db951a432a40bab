"""Where the catalog that ships with the software lies, in a checkout and in an installed wheel alike."""

from pathlib import Path
from typing import Final

#: ``catalog/`` is data without a module of its own; it stands beside this package in both.
KAIYUAN: Final = Path(__file__).parent.parent / "catalog" / "kaiyuan"

"""Whole courses of an application read, entry for entry, as approved: steps, notices, documents, waits and timers."""

import pytest

from tests.rules import deciding_courses, ending_courses, joint_courses  # noqa: F401 - what each keeps is read
from tests.rules.approvals import approve
from tests.rules.courses import COURSES


@pytest.mark.parametrize("name", sorted(COURSES))
def test_a_course_reads_as_approved(name: str) -> None:
    approve(f"courses/{name}", COURSES[name]().written())

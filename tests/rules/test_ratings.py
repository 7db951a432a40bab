"""Ratings come after the end, and the two lowest of five grades are followed up (好差评)."""

import pytest

from rules.errors import NotAllowedNowError
from rules.ratings import Grade, bad, require_ratable
from rules.vocabulary import ApplicationStatus, AssignmentStatus


def test_there_are_five_grades_and_the_last_two_are_bad() -> None:
    assert [bad(grade) for grade in Grade] == [False, False, False, True, True]


@pytest.mark.parametrize("status", list(ApplicationStatus))
def test_the_whole_is_rated_once_it_is_concluded_and_an_item_once_it_has_ended(status: ApplicationStatus) -> None:
    if status in (ApplicationStatus.REGISTERED, ApplicationStatus.IN_APPROVAL):
        for item in (None, AssignmentStatus.UNDER_REVIEW):
            with pytest.raises(NotAllowedNowError):
                require_ratable(status, item)
    else:
        require_ratable(status)
    require_ratable(status, AssignmentStatus.GRANTED)

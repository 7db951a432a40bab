"""Ratings (好差评, 国办发〔2019〕51号): voluntary, five grades, by the applicant; the last two are followed up."""

from typing import Final

from rules.errors import NotAllowedNowError
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Word


class Grade(Word):
    """The five grades."""

    VERY_GOOD = "very_good", "非常满意"
    GOOD = "good", "满意"
    FAIR = "fair", "基本满意"
    BAD = "bad", "不满意"
    VERY_BAD = "very_bad", "非常不满意"


#: 差评: called back, put right in time, answered.
_BAD: Final = frozenset({Grade.BAD, Grade.VERY_BAD})


def bad(grade: Grade) -> bool:
    """Tell whether a grade opens a ticket: whoever gave it is called back, and what was wrong is put right."""
    return grade in _BAD


def require_ratable(status: ApplicationStatus, item: AssignmentStatus | None = None) -> None:
    """Let an item be rated once it has ended, the whole once it is concluded. Raises NotAllowedNowError."""
    over = status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED, ApplicationStatus.CLOSED)
    if not (over or (item is not None and item.final)):
        raise NotAllowedNowError("办结后才能评价；对办理过程有意见可以投诉", application_status=status)

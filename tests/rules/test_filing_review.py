"""The review of a refusal filing: its turns, and that nobody reviews what they decided."""

import pytest

from rules.errors import NotAllowedNowError
from rules.filing_review import FilingReview, require_reviewable

R = FilingReview
PEOPLE = ("王芳", "李强")


@pytest.mark.parametrize(
    ("last", "kind", "by", "allowed"),
    [
        (None, R.APPROVED, "赵", True),
        (None, R.SENT_BACK, "赵", True),
        (None, R.EXPLAINED, "陈", False),
        (R.SENT_BACK, R.EXPLAINED, "陈", True),
        (R.SENT_BACK, R.EXPLAINED, "王芳", True),
        (R.SENT_BACK, R.APPROVED, "赵", False),
        (R.SENT_BACK, R.SENT_BACK, "赵", False),
        (R.EXPLAINED, R.APPROVED, "赵", True),
        (R.EXPLAINED, R.SENT_BACK, "赵", True),
        (R.EXPLAINED, R.EXPLAINED, "陈", False),
        (R.APPROVED, R.SENT_BACK, "赵", False),
        (R.APPROVED, R.EXPLAINED, "陈", False),
        (None, R.APPROVED, " 王 芳", False),
        (R.EXPLAINED, R.SENT_BACK, "李强", False),
    ],
)
def test_turns_and_people(last: FilingReview | None, kind: FilingReview, by: str, allowed: bool) -> None:
    if allowed:
        require_reviewable(last, kind, by, PEOPLE)
        return
    with pytest.raises(NotAllowedNowError):
        require_reviewable(last, kind, by, PEOPLE)

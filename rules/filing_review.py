"""The review of refusal filings (否定备案审查) by those who watch over departments; the refusal stands meanwhile.

Local practice files every negative decision with a superior, who looks at it and may ask for an explanation. Whether a
refusal is set aside is for the department's own procedure, or for reconsideration (行政复议法).
"""

from rules.acts.filing import same_person
from rules.errors import NotAllowedNowError
from rules.vocabulary import Word


class FilingReview(Word):
    """What happens to a filing after it was made."""

    APPROVED = "approved", "备案无异议"
    SENT_BACK = "sent_back", "退回说明"
    #: The department's answer to what was sent back.
    EXPLAINED = "explained", "部门已说明"


def require_reviewable(last: FilingReview | None, kind: FilingReview, by: str, names: tuple[str, ...]) -> None:
    """Let a step of the review pass; ``names`` are those of the two people behind the refusal.

    Nobody reviews what they decided or approved. Raises NotAllowedNowError, also for a step out of turn.
    """
    if kind is FilingReview.EXPLAINED:
        if last is not FilingReview.SENT_BACK:
            raise NotAllowedNowError("该备案没有退回，无需说明", review=last)
        return
    if last not in (None, FilingReview.EXPLAINED):
        raise NotAllowedNowError(f"该备案{last.zh if last else ''}，不再审查", review=last)
    if any(same_person(by, name) for name in names):
        raise NotAllowedNowError("审查人不得为作出或签批该决定的人", person=by)

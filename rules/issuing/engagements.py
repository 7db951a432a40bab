"""Documents of proxy handling: the letter that entrusts, and the notices that it pauses or has ended."""

from collections.abc import Iterable, Sequence
from datetime import date

from rules.documents import Draft, engagement_ended, engagement_letter, engagement_suspended
from rules.engagement import EXPRESS, EngagementEnd, EngagementTerms, Verb
from rules.issuing.act import Parties, whole_matter
from rules.snapshot import ApplicationSnapshot


def engaged(
    snapshot: ApplicationSnapshot, parties: Parties, terms: EngagementTerms, agents: Sequence[str], start: date
) -> Draft:
    """Write the engagement as it was signed: acts that must be named expressly apart from the ordinary ones."""
    network = snapshot.network
    stages = [stage.name for stage in network.stages if stage.code in terms.stages]
    scope = [*stages, *(network.item(code).name for code in terms.items)]
    return engagement_letter(
        whole_matter(snapshot.number, parties),
        agents=agents,
        scope="、".join(scope) or "本项目的全部审批事项",
        verbs=_named(verb for verb in terms.granted if verb not in EXPRESS) or ("依特别授权",),
        express=_named(verb for verb in terms.granted if verb in EXPRESS),
        excluded=_named(terms.excluded),
        valid_from=start,
        valid_until=terms.valid_until,
        representative=terms.representative or "",
    )


def ended(snapshot: ApplicationSnapshot, parties: Parties, because: EngagementEnd, note: str | None, on: date) -> Draft:
    """Tell the applicant that proxy handling has ended, for which of the closed set of reasons."""
    reasons = because.zh if not note or note == because.zh else f"{because.zh}：{note}"
    return engagement_ended(whole_matter(snapshot.number, parties), reasons=f"{reasons.rstrip('。')}。", ended_on=on)


def suspended(
    snapshot: ApplicationSnapshot, parties: Parties, because: EngagementEnd, note: str, resumes_when: str, on: date
) -> Draft:
    """Tell the applicant that proxy handling pauses, why, and what lets it go on."""
    reasons = f"{because.zh}：{note.rstrip('。')}。"
    return engagement_suspended(
        whole_matter(snapshot.number, parties), reasons=reasons, since=on, resumes_when=resumes_when
    )


def _named(verbs: Iterable[Verb]) -> tuple[str, ...]:
    return tuple(verb.zh for verb in verbs)

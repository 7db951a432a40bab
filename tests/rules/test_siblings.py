"""Under every join policy an application ends, early where it may, and those still at work fare as declared."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.acts.settling import siblings_decided
from rules.catalog import RefusalPolicy
from rules.effects import entered
from rules.entries import SiblingsDecided
from rules.errors import ApplicationClosedError, NotAllowedNowError
from rules.joining import Verdict
from rules.moves import BlockItem, CancelAssignment
from rules.network import Network
from rules.planner import plan, settle
from rules.planning import siblings as of
from rules.snapshot import ApplicationSnapshot
from rules.terms import Join, JoinPolicy, OnRefusal, Siblings
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome, Party, SiblingsDecision
from tests.rules.networks import network, network_item, networks

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
S = AssignmentStatus
P = JoinPolicy
GRANTED, REFUSED = S.GRANTED, S.REFUSED


def case(join: Join, items: str = "A B C", edges: str = "") -> ApplicationSnapshot:
    """An application at work; an item in small letters is optional, ``A>B`` is an edge of acceptance."""
    listed = [network_item(code.upper(), required=code.isupper()) for code in items.split()]
    drawn = [(*edge.split(">"), "A") for edge in edges.split()]
    shape = replace(network(listed, drawn, RefusalPolicy.STOP_DEPENDENTS), join=join)  # type: ignore[arg-type]
    return settle(ApplicationSnapshot("DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, shape), NOW)[0]


def decide(snapshot: ApplicationSnapshot, **said: AssignmentStatus) -> ApplicationSnapshot:
    for item, status in said.items():
        views = dict(snapshot.assignments)
        views[item] = replace(views[item], status=status, awaits=())  # type: ignore[index]
        snapshot = settle(replace(snapshot, assignments=views), NOW)[0]
    return snapshot


def statuses(snapshot: ApplicationSnapshot) -> dict[str, str]:
    return {item: view.status.value for item, view in snapshot.assignments.items()}


@pytest.mark.parametrize(
    ("join", "said", "outcome"),
    [
        (Join(), "A+ B+ C+", Outcome.GRANTED),
        (Join(), "A+ B- C+", Outcome.PARTLY_GRANTED),
        (Join(), "A- B- C-", Outcome.REFUSED),
        (Join(P.ANY), "A- B+ C-", Outcome.GRANTED),
        (Join(P.ANY), "A- B- C-", Outcome.REFUSED),
        (Join(P.QUORUM, 2), "A+ B+ C-", Outcome.GRANTED),
        (Join(P.QUORUM, 2), "A+ B- C-", Outcome.PARTLY_GRANTED),
        (Join(P.WEIGHTED, 3, (("A", 3),)), "A+ B- C-", Outcome.GRANTED),
        (Join(P.WEIGHTED, 3, (("A", 3),)), "A- B+ C+", Outcome.PARTLY_GRANTED),
        (Join(P.VETO, deciding=("A",)), "A+ B- C-", Outcome.GRANTED),
        (Join(P.VETO, deciding=("A",)), "A- B+ C+", Outcome.REFUSED),
        (Join(P.LEAD, deciding=("A",)), "A+ B- C-", Outcome.GRANTED),
        (Join(P.LEAD, deciding=("A",)), "A- B+ C+", Outcome.REFUSED),
    ],
)
def test_the_outcome_follows_from_the_policy(join: Join, said: str, outcome: Outcome) -> None:
    ended = decide(case(join), **{vote[0]: GRANTED if vote[1] == "+" else REFUSED for vote in said.split()})

    assert ended.outcome is outcome


def test_the_verdict_is_entered_as_soon_as_it_is_certain() -> None:
    begun = case(Join(P.QUORUM, 2))
    one = decide(begun, A=GRANTED)
    two = decide(one, C=GRANTED)

    assert (begun.verdict, one.verdict, two.verdict) == (None, None, Verdict.CARRIED)
    assert not two.assignments["B"].status.final  # type: ignore[index]
    assert two.outcome is None


def test_a_verdict_at_the_very_end_needs_no_entry_of_its_own() -> None:
    ended = decide(case(Join(), "A"), A=GRANTED)

    assert (ended.verdict, ended.outcome) == (None, Outcome.GRANTED)


def test_those_still_at_work_go_on_where_their_answers_change_nothing() -> None:
    settled = decide(case(Join(P.ANY)), A=GRANTED)
    assert statuses(settled) == {"A": "granted", "B": "opened", "C": "opened"}

    assert decide(settled, B=REFUSED, C=REFUSED).outcome is Outcome.GRANTED


def test_those_still_at_work_are_stopped_once_enough_have_granted() -> None:
    settled = decide(case(Join(P.ANY, siblings=Siblings.CANCEL), "A B c"), A=GRANTED)

    # The optional item is the applicant's own wish.
    assert statuses(settled) == {"A": "granted", "B": "cancelled", "C": "opened"}
    assert decide(settled, C=GRANTED).outcome is Outcome.GRANTED


@pytest.mark.parametrize(
    ("on_refusal", "after_one", "after_both"),
    [
        (OnRefusal.STOP_NOW, "A- B. C. D.", None),
        (OnRefusal.LET_FINISH, "A- Bo Co D.", "A- Bg Co D."),
        (OnRefusal.WAIT_FOR_ALL, "A- Bo Co", "A- Bg C. D."),
    ],
)
def test_a_refusal_takes_effect_on_the_others_when_the_policy_says(
    on_refusal: OnRefusal, after_one: str, after_both: str | None
) -> None:
    """A and B are required, C is at its department, D would follow on B; C and D are optional."""
    letters = {"refused": "-", "cancelled": ".", "blocked": ".", "opened": "o", "granted": "g"}
    join = Join(on_refusal=on_refusal, siblings=Siblings.CANCEL)

    def shown(snapshot: ApplicationSnapshot) -> str:
        return " ".join(f"{item}{letters[status]}" for item, status in sorted(statuses(snapshot).items()))

    one = decide(case(join, "A B c d", "B>D"), A=REFUSED)
    assert shown(one) == after_one
    if after_both is not None:
        assert shown(decide(one, B=GRANTED)) == after_both


def test_what_stops_because_the_matter_is_settled_says_so() -> None:
    begun = case(Join(P.ANY, siblings=Siblings.CANCEL), "A B C", "B>C")
    views = {**begun.assignments, "A": replace(begun.assignments["A"], status=GRANTED)}  # type: ignore[index,dict-item]
    _, moves, _ = settle(replace(begun, assignments=views), NOW)  # type: ignore[arg-type]

    causes = {move.item: move.because for move in moves if isinstance(move, CancelAssignment | BlockItem)}
    assert causes == {"B": "settled", "C": "settled"}


def test_an_agent_is_asked_and_the_answer_is_kept() -> None:
    asked = decide(case(Join(P.ANY, siblings=Siblings.ASK)), A=GRANTED)
    waits = plan(asked, NOW).waits
    assert [wait.what for wait in waits if wait.party is Party.AGENT] == ["siblings"]
    assert statuses(asked)["B"] == "opened"

    entries = siblings_decided(asked, SiblingsDecision.CANCEL, "已有一项")
    stopped = settle(entered(asked, *entries), NOW)[0]
    assert statuses(stopped) == {"A": "granted", "B": "cancelled", "C": "cancelled"}
    assert stopped.outcome is Outcome.GRANTED

    going = settle(entered(asked, *siblings_decided(asked, SiblingsDecision.CONTINUE, "仍需办理")), NOW)[0]
    assert statuses(going)["B"] == "opened"
    assert not of.asked(going)
    assert siblings_decided(going, SiblingsDecision.CONTINUE, "再说一次") == ()


def test_nobody_answers_what_nobody_asked() -> None:
    with pytest.raises(NotAllowedNowError):
        siblings_decided(case(Join(P.ANY, siblings=Siblings.ASK)), SiblingsDecision.CANCEL, "")
    with pytest.raises(NotAllowedNowError):
        siblings_decided(decide(case(Join(P.ANY)), A=GRANTED), SiblingsDecision.CANCEL, "")
    ended = decide(case(Join(P.ANY, siblings=Siblings.ASK), "A"), A=GRANTED)
    with pytest.raises(ApplicationClosedError):
        siblings_decided(ended, SiblingsDecision.CANCEL, "")


def test_an_application_withdrawn_asks_nobody() -> None:
    asked = decide(case(Join(P.ANY, siblings=Siblings.ASK)), A=GRANTED)

    assert not of.asked(replace(asked, withdrawal_requested_at=NOW))


def test_a_verdict_that_is_certain_no_longer_is_taken_back_with_the_answer_to_it() -> None:
    settled = decide(case(Join(P.ANY, siblings=Siblings.ASK)), A=GRANTED)
    answered = entered(settled, SiblingsDecided(SiblingsDecision.CONTINUE))
    undone = {**answered.assignments, "A": replace(answered.assignments["A"], status=S.UNDER_REVIEW)}  # type: ignore[index,dict-item]

    again = settle(replace(answered, assignments=undone), NOW)[0]  # type: ignore[arg-type]

    assert (again.verdict, again.siblings) == (None, None)


joins = st.builds(
    Join,
    st.sampled_from(list(P)),
    st.integers(0, 4),
    deciding=st.lists(st.sampled_from([f"X{n}" for n in range(8)]), max_size=3, unique=True).map(tuple),
    on_refusal=st.sampled_from(list(OnRefusal)),
    siblings=st.sampled_from(list(Siblings)),
)


@settings(max_examples=60, deadline=None)
@given(
    networks(), joins, st.frozensets(st.sampled_from([f"X{n}" for n in range(8)]), max_size=4), st.integers(0, 2**32)
)
def test_every_application_ends_under_every_policy_as_its_own_verdict_says(
    shape: Network, join: Join, refused: frozenset[str], seed: int
) -> None:
    random = Random(seed)
    joined = ApplicationSnapshot("DB-211282-20260302-00001-H", ApplicationStatus.REGISTERED, replace(shape, join=join))
    snapshot = settle(joined, NOW)[0]
    verdicts = []
    while snapshot.outcome is None:
        for milestone in snapshot.milestones_opened - snapshot.milestones_reached:
            snapshot = replace(snapshot, milestones_reached=snapshot.milestones_reached | {milestone})
        snapshot = settle(snapshot, NOW)[0]
        if of.asked(snapshot) and random.random() < 0.5:
            answer = random.choice(list(SiblingsDecision))
            snapshot = settle(entered(snapshot, *siblings_decided(snapshot, answer, "")), NOW)[0]
        free = [v for v in snapshot.assignments.values() if not v.status.final and (v.item in refused or not v.awaits)]
        if free:
            item = random.choice(free).item
            snapshot = decide(snapshot, **{item: REFUSED if item in refused else GRANTED})
        if snapshot.verdict is not None:
            verdicts.append(snapshot.verdict)

    # Once certain it never changed, and the outcome is that verdict.
    assert len(set(verdicts)) <= 1
    carried = of.verdict(snapshot) is Verdict.CARRIED
    assert (snapshot.outcome is Outcome.GRANTED) or not carried or shape.refusal_policy is RefusalPolicy.STOP_ALL
    assert carried or snapshot.outcome in (Outcome.REFUSED, Outcome.PARTLY_GRANTED)
    if verdicts:
        assert of.verdict(snapshot) is verdicts[0]

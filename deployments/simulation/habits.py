"""What people do in a simulated office: mostly their work in time, and now and then everything else."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from rules.catalog import AnswerKind, Journey, Question
from rules.intake import Answer
from rules.network import Network, NetworkItem
from rules.vocabulary import DecisionKind, OpinionAnswer
from rules.workdays import OFFICIAL, SHANGHAI

#: How often each journey is asked for, of a hundred: a county sees some fifty plants a year, and thousands of shops.
DEMAND = {"J1": 1, "J2": 2, "J3": 22, "J4": 15, "J5": 60}


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one department goes about one assignment; days are working days."""

    accepts_after: int
    #: Never says anything before it decides: acceptance is deemed.
    silent: bool
    corrects: bool
    #: Asks for corrections a second time, which the rules must refuse.
    corrects_again: bool
    procedure_days: int
    extends: bool
    decides_after: int
    decision: DecisionKind
    #: A refusal comes with its approver; otherwise it is proposed first.
    approved_at_once: bool
    #: Says that the deferred materials have come and are in order; silence harms nobody.
    verifies: bool = True
    #: Finds a promise broken when it checks.
    finds_breach: bool = False


@dataclass(frozen=True, slots=True)
class Applicant:
    """How one applicant behaves."""

    brings_everything: bool
    answers_after: int
    withdraws_after: int | None
    #: Signs for what may come later (容缺受理), or promises instead of proving (告知承诺).
    commits: bool = False
    #: Working days from the acceptance to the cure; later than its deadline now and then.
    cures_after: int = 0
    heeds_reminders: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """What a department that is heard answers, and when."""

    answers_after: int
    answer: OpinionAnswer


def opinion(random: Random) -> Voice:
    """Choose how a department answers that is heard on another's item; now and then long after its days."""
    answer = random.choices(
        (OpinionAnswer.AGREE, OpinionAnswer.AGREE_WITH_CONDITIONS, OpinionAnswer.DISAGREE), (80, 13, 7)
    )[0]
    return Voice(random.choices((0, 1, 3, 5, 9, 40), (20, 35, 30, 9, 4, 2))[0], answer)


def conduct(random: Random, item: NetworkItem) -> Conduct:
    """Choose how a department handles an item."""
    promised = max(item.promised.days, 1)
    pace = random.choices((0.5, 0.9, 1.3, 4.0, 12.0), (45, 45, 7, 2, 1))[0]
    return Conduct(
        accepts_after=random.choices((0, 1, 2, 4, 7), (50, 30, 12, 6, 2))[0],
        silent=random.random() < 0.02,
        corrects=random.random() < 0.1,
        corrects_again=random.random() < 0.02,
        procedure_days=random.randint(1, 15) if item.terms.procedures and random.random() < 0.2 else 0,
        extends=bool(item.legal.extension) and random.random() < 0.04,
        decides_after=round(promised * pace * random.uniform(0.4, 1.0)),
        decision=random.choices((DecisionKind.GRANT, DecisionKind.PARTLY_GRANT, DecisionKind.REFUSE), (95, 1, 4))[0],
        approved_at_once=random.random() < 0.5,
        verifies=random.random() < 0.8,
        finds_breach=random.random() < 0.05,
    )


def assigns_after(random: Random) -> int:
    """Choose after how many working days of acceptance officers are named; now and then later than they must be."""
    return random.choices((0, 1, 3, 8), (50, 30, 15, 5))[0]


def applicant(random: Random) -> Applicant:
    """Choose how an applicant behaves."""
    return Applicant(
        brings_everything=random.random() < 0.7,
        answers_after=random.choices((1, 3, 10, 40), (50, 35, 12, 3))[0],
        withdraws_after=random.randint(0, 20) if random.random() < 0.03 else None,
        commits=random.random() < 0.7,
        cures_after=random.choices((0, 1, 2, 20), (30, 40, 20, 10))[0],
        heeds_reminders=random.random() < 0.5,
    )


def answers(random: Random, journey: Journey) -> dict[str, Answer]:
    """Fill in an intake form."""
    return {q.key: _answer(random, q) for q in journey.questions if random.random() < 0.5}


def _answer(random: Random, question: Question) -> Answer:
    match question.kind:
        case AnswerKind.YES_NO:
            return random.random() < 0.5
        case AnswerKind.CHOICE:
            return random.choice([value for value, _ in question.choices])
        case AnswerKind.NUMBER:
            return float(random.choice((0, 10, 500, 5000)))


def materials_at_hand(random: Random, network: Network, brings_everything: bool) -> frozenset[str]:
    """Choose what an applicant hands in at the start."""
    names = sorted({material.name for item in network.items for material in item.materials})
    return frozenset(name for name in names if brings_everything or random.random() < 0.8)


def working_moment(random: Random, after: datetime, working_days: int) -> datetime:
    """Return a moment of the office hours so many working days later, never before ``after``."""
    day = OFFICIAL.roll_forward(after.astimezone(SHANGHAI).date()).on
    if working_days:
        day = OFFICIAL.add_working_days(day, working_days).on
    return max(after + timedelta(minutes=random.randint(1, 90)), moment(random, day))


def moment(random: Random, day: date) -> datetime:
    """Return a moment of a day's office hours."""
    return datetime.combine(day, time(random.randint(9, 16), random.randint(0, 59)), SHANGHAI)

"""The intake form's answers: are they admissible, and which approval items do they call for?"""

from collections.abc import Mapping, Sequence
from math import isfinite

from rules.catalog import AnswerKind, Condition, Question
from rules.errors import InvalidIntakeError

Answer = str | bool | float


def completed(questions: Sequence[Question], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answer every question, unanswered ones by their default.

    Raises InvalidIntakeError listing every unknown question, wrong type and unknown choice at once.
    """
    known = {question.key: question for question in questions}
    problems = {key: "没有这个问题" for key in answers if key not in known}
    complete: dict[str, Answer] = {}
    for key, question in known.items():
        answer = answers.get(key, question.default)
        objection = objection_to(question, answer)
        if objection:
            problems[key] = objection
        else:
            complete[key] = float(answer) if question.kind is AnswerKind.NUMBER else answer
    if problems:
        listed = "；".join(f"{key}：{problem}" for key, problem in problems.items())
        raise InvalidIntakeError(
            f"申请表填写有误：{listed}",
            problems=[{"question": key, "problem": problem} for key, problem in problems.items()],
        )
    return complete


def objection_to(question: Question, answer: object) -> str | None:
    """Say why ``answer`` does not fit ``question``; None when it does."""
    match question.kind:
        case AnswerKind.YES_NO:
            return None if isinstance(answer, bool) else f"“{question.title}”应回答是或否，不是 {answer!r}"
        case AnswerKind.NUMBER:
            # True is an int in Python, and NaN would slip through every threshold.
            numeric = isinstance(answer, int | float) and not isinstance(answer, bool) and isfinite(answer)
            return None if numeric else f"“{question.title}”应填数字，不是 {answer!r}"
        case AnswerKind.CHOICE:
            if answer in [value for value, _ in question.choices]:
                return None
            offered = "、".join(f"{value}（{label}）" for value, label in question.choices)
            return f"“{question.title}”没有选项 {answer!r}，可选：{offered}"


def applies(conditions: Sequence[Condition], answers: Mapping[str, Answer]) -> bool:
    """Tell whether every condition holds; no condition always does."""
    return all(_holds(condition, answers[condition.question]) for condition in conditions)


def _holds(condition: Condition, answer: Answer) -> bool:
    if condition.at_least is not None:
        return isinstance(answer, int | float) and answer >= condition.at_least
    return answer in condition.equals

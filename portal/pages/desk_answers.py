"""The questions of a journey as fields of a form: read from an address or a form, written back into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from rules.catalog import AnswerKind, Question
from rules.intake import Answer, objection_to

#: Before a question's key in the name of its field.
PREFIX = "q."
_YES, _NO = "yes", "no"
_LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, and what is wrong with it, by question."""

    given: dict[str, Answer]
    wrong: dict[str, str]

    def fields(self, questions: Sequence[Question]) -> list[tuple[str, str]]:
        """Write every answer as a field."""
        return [(PREFIX + each.key, written(self.given.get(each.key, each.default))) for each in questions]


def read_answers(questions: Sequence[Question], sent: Mapping[str, str]) -> Answers:
    """Read the fields; what is not answered, or inadmissibly, counts by its default."""
    given: dict[str, Answer] = {}
    wrong: dict[str, str] = {}
    for question in questions:
        text = sent.get(PREFIX + question.key, "").strip()
        if not text:
            continue
        answer = _read(question, text)
        if answer is None or objection_to(question, answer) is not None:
            wrong[question.key] = "请填写数字" if question.kind is AnswerKind.NUMBER else "请选择"
        else:
            given[question.key] = answer
    return Answers(given, wrong)


def written(answer: Answer) -> str:
    """Write an answer the way its field holds it."""
    if isinstance(answer, bool):
        return _YES if answer else _NO
    return f"{answer:g}" if isinstance(answer, float | int) else answer


def _read(question: Question, text: str) -> Answer | None:
    match question.kind:
        case AnswerKind.YES_NO:
            return {_YES: True, _NO: False}.get(text)
        case AnswerKind.NUMBER:
            try:
                number = float(text)
            except ValueError:
                return None
            return number if isfinite(number) and abs(number) <= _LARGEST else None
        case AnswerKind.CHOICE:
            return text

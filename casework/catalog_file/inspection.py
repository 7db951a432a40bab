"""Checking entries against their forms, and saying in words what does not fit and what would."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from casework.catalog_file import fields, forms
from casework.catalog_file.folder import CatalogFolder
from casework.catalog_file.references import Declared
from casework.catalog_file.source import KeyPath, Problem, SourceFile, guess
from rules.catalog import Question

FormType = TypeVar("FormType", bound=fields.Form)

_CODE = TypeAdapter(fields.Code)
_FIELDS = sorted({name for form in fields.Form.__subclasses__() for name in form.model_fields})
_EXAMPLES = {
    "legal": "legal: {days: 20, unit: WD}",
    "promised": "promised: {days: 5, unit: WD}",
    "days": "days: 20",
    "unit": "unit: WD（工作日）或 ND（自然日）",
    "channel": "channel: inbox",
    "main": "main: [{name: 申请表, source: agent}]",
    "refusal_policy": "refusal_policy: stop_dependents",
    "default": "default: false",
    "voices": "voices: [{department: HCB, name: 住建局}]",
    "kind": "kind: promise",
    "basis": "basis: 行政许可法第四十五条",
}
_PATTERNS = {
    r"^[0-9]{6}$": '应为六位数字（GB/T 2260），例如 "211282"',
    r"^[A-Z][A-Z0-9]*$": "代码应为大写字母开头的字母、数字，例如 A01",
    r"^[a-z][a-z0-9_-]*$": "应为小写字母开头的字母、数字、_ 或 -，例如 eia_class",
}
_TYPES = {
    "string_type": "文字",
    "int_type": "整数",
    "int_from_float": "整数",
    "float_type": "数字",
    "bool_type": " true 或 false",
    "list_type": "列表",
    "dict_type": "“键: 值”的表",
    "model_type": "“键: 值”的表",
}


class Inspection:
    """Checks entry after entry and keeps every problem."""

    def __init__(self, declared: Declared) -> None:
        self.problems: list[Problem] = []
        self._declared = declared

    def code(self, source: SourceFile, code: str) -> None:
        """Check how a code is written."""
        try:
            _CODE.validate_python(code)
        except ValidationError as failure:
            self._report(source, (code,), failure)

    def entry(self, form: type[FormType], source: SourceFile, path: KeyPath, content: Any) -> FormType | None:
        """Check one entry; None when anything is wrong with it."""
        return self._checked(form, source, path, content, self._declared)

    def journey(self, source: SourceFile) -> forms.JourneyForm | None:
        """Check a journey, whose edges and conditions refer to its own items, stages and questions."""
        declared = replace(
            self._declared,
            journey_items=[code for _, code in texts(source.content, "items", "item")],
            stages=[code for _, code in texts(source.content, "stages", "code")],
            questions=self._questions(source.content),
        )
        return self._checked(forms.JourneyForm, source, (), source.content, declared)

    def _questions(self, content: Mapping[str, Any]) -> dict[str, Question | None]:
        found: dict[str, Question | None] = {}
        for position, key in texts(content, "questions", "key"):
            try:
                question = forms.QuestionForm.model_validate(content["questions"][position], context=self._declared)
            except ValidationError:
                found[key] = None  # reported where the whole journey is checked
            else:
                found[key] = question.published()
        return found

    def _checked(
        self, form: type[FormType], source: SourceFile, path: KeyPath, content: Any, declared: Declared
    ) -> FormType | None:
        try:
            return form.model_validate(content, context=declared)
        except ValidationError as failure:
            self._report(source, path, failure)
            return None

    def _report(self, source: SourceFile, path: KeyPath, failure: ValidationError) -> None:
        for error in failure.errors(include_url=False):
            steps = (*path, *(step for step in error["loc"] if step != "[key]"))
            self.problems.append(source.problem(steps, *_explained(error)))


def texts(content: Mapping[str, Any], listed: str, key: str) -> list[tuple[int, str]]:
    """Return the text under ``key`` of each entry that has one, with its position; malformed entries are skipped."""
    entries = content.get(listed)
    return [
        (position, entry[key])
        for position, entry in enumerate(entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get(key), str)
    ]


def declared_codes(files: CatalogFolder) -> Declared:
    """Collect every department and item that any file declares, well-formed or not."""
    materials = {}
    for _, code, entry in files.entries(files.items):
        content = entry if isinstance(entry, dict) else {}
        materials[code] = [name for part in ("main", "deferrable") for _, name in texts(content, part, "name")]
    return Declared(departments=[code for _, code, _ in files.entries(files.departments)], items=materials)


def _explained(error: ErrorDetails) -> tuple[str, str]:
    """Put pydantic's finding into a stable code and a sentence."""
    kind, key, found = error["type"], str(error["loc"][-1]) if error["loc"] else "", error["input"]
    context = error.get("ctx", {})
    if kind in _TYPES:
        return "wrong-type", f"应为{_TYPES[kind]}，不是 {_shown(found)}{_quoting_advice(kind, found)}"
    match kind:
        case "missing":
            example = f"，例如 {_EXAMPLES[key]}" if key in _EXAMPLES else ""
            return "missing-key", f"缺少此项{example}"
        case "extra_forbidden":
            return "unknown-key", f"没有这个键；{guess(key, _FIELDS)}"
        case "enum" | "literal_error":
            offered = re.findall("'([^']+)'", context["expected"])
            return "unknown-value", f"没有取值 {_shown(found)}；{guess(found, offered)}"
        case "greater_than_equal":
            return "wrong-value", f"不能小于 {context['ge']}，现为 {found}"
        case "less_than_equal":
            return "wrong-value", f"不能大于 {context['le']}，现为 {found}"
        case "string_pattern_mismatch":
            return "wrong-value", f"{_PATTERNS[context['pattern']]}，不是 {_shown(found)}"
        case "string_too_short" | "too_short":
            return "wrong-value", "不能为空"
    return kind, error["msg"]


def _shown(found: object) -> str:
    if found is None:
        return "空值"
    text = str(found)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _quoting_advice(kind: str, found: object) -> str:
    if kind != "string_type":
        return ""
    if found is None:
        return "（以 # 开头的值要加引号）"
    return f'（请加引号："{found}"）' if isinstance(found, int | float) else ""

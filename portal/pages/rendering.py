"""Render a page: its template, its language, and the headers that let a browser do no more than it needs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import FunctionType
from typing import Any, Final

from babel.messages.pofile import read_po
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Context
from markupsafe import Markup

from casework.signing_in import Visit
from kit.settings import settings
from models import Role
from portal.authentication import CENTER, OVERSEERS
from portal.pages.step_words import step_name
from portal.problems import title
from rules.clocks import Light
from rules.errors import DaibanError
from rules.vocabulary import Word
from rules.workdays import SHANGHAI

STATIC: Final = "/static"
LANGUAGE: Final = "language"
CHINESE, ENGLISH = "zh", "en"
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}
#: What most lines of lists show: written here, because a macro of Jinja takes ten times as long as what it writes.
_LIGHT: Final = Markup('<span class="light {}">{}</span>')
_PROVISIONAL: Final = Markup('{}<abbr title="{}">{}</abbr>')
_GREEN: Final = Markup(' <span class="state granted">{}</span>')
#: What an error means, before what was said of it in the language in which it was said.
_IN_ENGLISH: Final = Markup('{} <span lang="zh-Hans">{}</span>')
_ROLES_ZH: Final = {
    Role.AGENT: "代办员",
    Role.STEWARD: "项目管家",
    Role.HANDLER: "部门经办人",
    Role.HEAD: "部门负责人",
    Role.MANAGER: "管理人员",
    Role.SUPERVISOR: "监督人员",
    Role.ADMINISTRATOR: "系统管理员",
}


def page(request: Request, template: str, visit: Visit | None, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Fill a template; ``visit`` is who looks, None before they have signed in."""
    language = language_of(request)
    translate = translator(language)
    html = (
        _environment()
        .get_template(template)
        .render(
            _=translate,
            called=names_of(request),
            visit=visit,
            language=language,
            path=request.url.path,
            word=lambda value: named(value, language),
            shown_light=lambda value: _light(value, language),
            shown_due=lambda day, provisional: _due(day, provisional, translate),
            shown_green=lambda first: _GREEN.format(translate("绿色通道")) if first else "",
            role=lambda value: _ROLES_ZH.get(Role(value), value) if language == CHINESE else str(value),
            comma="、" if language == CHINESE else ", ",
            called_step=lambda kind: step_name(kind, language),
            told=lambda error: _told(error, language, translate),
            prefect=settings().prefect_ui_url,
            center=frozenset(CENTER),
            overseers=frozenset(OVERSEERS),
            watchers=frozenset((*OVERSEERS, Role.SUPERVISOR, Role.HEAD)),
            **content,
        )
    )
    return HTMLResponse(html, status, _HEADERS)


def names_of(request: Request) -> Callable[[str], str]:
    """Return what turns a department's, item's or journey's name into the page's language, as the catalog has it."""
    known: Mapping[str, str] = getattr(request.state, "catalog_words", {})
    return lambda name: known.get(name, name)


def language_of(request: Request) -> str:
    """Return the language that the visitor chose; Chinese first."""
    return ENGLISH if request.cookies.get(LANGUAGE) == ENGLISH else CHINESE


def named(value: StrEnum | None, language: str) -> str:
    """Name a word of a closed set: its Chinese name, or the word itself."""
    if value is None:
        return ""
    if language == CHINESE and isinstance(value, Word):
        return value.zh
    return value.value.replace("_", " ")


def translator(language: str) -> Callable[[str], str]:
    """Return what turns a text of the pages, which are written in Chinese, into a language."""
    if language == CHINESE:
        return str
    known = _english()
    return lambda text: known.get(text, text)


@cache
def _english() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for path in (files("portal.pages") / "translations").iterdir():
        with path.open("rb") as file:
            known |= {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}
    return known


class _Context(Context):
    """Calls what templates call most, texts and words, without looking whether they want to know of the template.

    A list of fifty lines calls some hundreds, and the looking takes longer than all they do.
    """

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if obj is not str and (type(obj) is not FunctionType or hasattr(obj, "jinja_pass_arg")):
            return super().call(obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)  # for those who do
        kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("portal.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.context_class = _Context
    made.filters.update(day=_day, minute=_minute, second=_second, size=_size)
    made.globals["asset"] = asset
    return made


@cache
def asset(name: str) -> str:
    """Return the address of a file that pages load, which changes with its content."""
    content = (files("portal.pages") / "static" / name).read_bytes()
    return f"{STATIC}/{name}?v={sha256(content).hexdigest()[:12]}"


def _told(error: DaibanError, language: str, translate: Callable[[str], str]) -> Markup | str:
    """Say why something was not done; what is said in Chinese only follows what an error of its code means."""
    known = translate(error.message)
    if language == CHINESE or known != error.message:
        return known
    # What comes after tells programs where to look.
    meaning = title(type(error)).partition(";")[0].rstrip(".")
    return _IN_ENGLISH.format(f"{meaning}.", known)


@cache
def _light(value: Light | None, language: str) -> Markup | str:
    return _LIGHT.format(value.value, named(value, language)) if value else ""


def _due(day: date | None, provisional: bool, translate: Callable[[str], str]) -> Markup | str:
    """Write a last day; one that rests on days that are not published says so."""
    if day is None or not provisional:
        return "—" if day is None else _day(day)
    why = translate("该日期依据尚未公布的放假安排，公布后重算")
    return _PROVISIONAL.format(_day(day), why, translate("暂定"))


def _day(when: date | datetime | None) -> str:
    if when is None:
        return ""
    on = when.astimezone(SHANGHAI).date() if isinstance(when, datetime) else when
    return on.isoformat()


def _minute(when: datetime | str | None) -> str:
    """Write an instant in the office's time; one that comes out of JSON is text."""
    when = datetime.fromisoformat(when) if isinstance(when, str) else when
    return when.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if when else ""


def _second(when: datetime) -> str:
    return when.astimezone(SHANGHAI).strftime("%H:%M:%S")


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB" if count >= 1024 * 1024 else f"{max(1, round(count / 1024))} KiB"

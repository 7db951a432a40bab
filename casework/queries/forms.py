"""The newest catalog as a client needs it to build an intake form."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import newest
from rules.catalog import AnswerKind, Catalog, Journey, JourneyItem, LimitUnit, MaterialSource


@dataclass(frozen=True, slots=True)
class MaterialForm:
    """A document an item needs; a deferrable one may follow later."""

    name: str
    deferrable: bool
    source: MaterialSource


@dataclass(frozen=True, slots=True)
class ItemForm:
    """An approval item of a journey; ``conditional`` ones depend on the answers."""

    item: str
    name: str
    name_en: str
    department: str
    department_name: str
    stage: str
    required: bool
    conditional: bool
    promised_days: int
    promised_unit: LimitUnit
    materials: tuple[MaterialForm, ...]


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One answer that may be chosen."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A question of the intake; unanswered it counts as answered by its default."""

    key: str
    title: str
    title_en: str
    kind: AnswerKind
    default: str | bool | float
    choices: tuple[ChoiceForm, ...]


@dataclass(frozen=True, slots=True)
class JourneyForm:
    """A journey one may apply for."""

    code: str
    name: str
    name_en: str
    questions: tuple[QuestionForm, ...]
    items: tuple[ItemForm, ...]


@dataclass(frozen=True, slots=True)
class CatalogForm:
    """What may be applied for in the newest catalog version."""

    version: int
    city: str
    division: str
    journeys: tuple[JourneyForm, ...]


async def catalog_form(session: AsyncSession) -> CatalogForm:
    """Return the journeys of the newest catalog version. Raises CatalogNotLoadedError."""
    version, catalog = await newest(session)
    journeys = tuple(_journey(catalog, journey) for journey in catalog.journeys.values())
    return CatalogForm(version, catalog.city, catalog.division, journeys)


def _journey(catalog: Catalog, journey: Journey) -> JourneyForm:
    questions = tuple(
        QuestionForm(q.key, q.title, q.title_en, q.kind, q.default, tuple(ChoiceForm(*choice) for choice in q.choices))
        for q in journey.questions
    )
    items = tuple(_item(catalog, entry) for entry in journey.items)
    return JourneyForm(journey.code, journey.name, journey.name_en, questions, items)


def _item(catalog: Catalog, entry: JourneyItem) -> ItemForm:
    item = catalog.items[entry.item]
    return ItemForm(
        item=item.code,
        name=item.name,
        name_en=item.name_en,
        department=item.department,
        department_name=catalog.departments[item.department].name,
        stage=entry.stage,
        required=entry.required,
        conditional=bool(entry.when),
        promised_days=item.promised.days,
        promised_unit=item.promised.unit,
        materials=tuple(
            MaterialForm(m.name, m.deferrable, m.source) for m in item.materials if m.name not in entry.waived
        ),
    )

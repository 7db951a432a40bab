"""From the folder to the published catalog, or to the list of everything that is wrong with it."""

from pathlib import Path
from typing import Final

from casework.catalog_file.calendar_form import inspected
from casework.catalog_file.contradictions import contradictions
from casework.catalog_file.folder import CatalogFolder, read_folder
from casework.catalog_file.forms import CityForm, DepartmentForm, ItemForm
from casework.catalog_file.inspection import Inspection, declared_codes
from rules.catalog import Catalog, DepartmentCode, ItemCode
from rules.errors import CatalogError

_NO_COURT: Final = "缺少 court：不予许可等决定须告知向哪个法院提起行政诉讼；可在 city.yaml 中写 court: 开原市人民法院"


def read_catalog(folder: Path) -> Catalog:
    """Read and check a catalog's folder.

    Raises CatalogError naming every problem at once, a line each: ``file:line: key: what is wrong, what is right``;
    ``details['problems']`` holds the same as a list of dicts.
    """
    files = read_folder(folder)
    inspection = Inspection(declared_codes(files))
    catalog = _published(files, inspection)
    if files.calendar is not None:
        inspected(files.calendar, inspection)
    problems = [*files.problems, *inspection.problems, *contradictions(files)]
    if problems or catalog is None:
        problems = sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.key))
        raise CatalogError("\n".join(map(str, problems)), problems=[problem.as_dict() for problem in problems])
    return catalog


def _published(files: CatalogFolder, inspection: Inspection) -> Catalog | None:
    """Check every entry, and build the catalog from those that pass; None without a valid city."""
    city = inspection.entry(CityForm, files.city, (), files.city.content) if files.city else None
    forms: dict[DepartmentCode, DepartmentForm] = {}
    items, journeys = {}, {}
    for source, code, entry in files.entries(files.departments):
        inspection.code(source, code)
        if department := inspection.entry(DepartmentForm, source, (code,), entry):
            forms[DepartmentCode(code)] = department
    for source, code, entry in files.entries(files.items):
        inspection.code(source, code)
        if item := inspection.entry(ItemForm, source, (code,), entry):
            items[ItemCode(code)] = item.published(code)
    for source in files.journeys:
        if form := inspection.journey(source):
            journey = form.published()
            journeys[journey.code] = journey
    if city is None:
        return None
    departments = {code: form.published(code, city) for code, form in forms.items()}
    for source, code, _ in files.entries(files.departments):
        if (found := departments.get(DepartmentCode(code))) and found.decides and not found.court:
            inspection.problems.append(source.problem((code,), "missing-key", _NO_COURT))
    center = DepartmentCode(city.center) if city.center else None
    return Catalog(city.city, city.division, departments, items, journeys, city.policies.published(), center)

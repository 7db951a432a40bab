"""Which files make up a catalog's folder, and their entries before any of them is checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.catalog_file.source import Problem, SourceFile, read_source
from rules.errors import CatalogError


@dataclass
class CatalogFolder:
    """The parsed files, each a mapping at its top, and the problems met on the way."""

    city: SourceFile | None = None
    calendar: SourceFile | None = None
    departments: list[SourceFile] = field(default_factory=list)
    items: list[SourceFile] = field(default_factory=list)
    journeys: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def entries(self, sources: list[SourceFile]) -> Iterator[tuple[SourceFile, str, Any]]:
        """Yield every entry with its code, where the code is text."""
        for source in sources:
            yield from ((source, code, entry) for code, entry in source.content.items() if isinstance(code, str))


def read_folder(folder: Path) -> CatalogFolder:
    """Parse every YAML file of the folder. Raises CatalogError when there is no such folder."""
    if not folder.is_dir():
        problem = Problem(folder.as_posix(), 1, "", "missing-folder", "没有这个文件夹")
        raise CatalogError(str(problem), problems=[problem.as_dict()])
    files = CatalogFolder()
    for path in sorted(each for each in folder.rglob("*") if each.suffix in (".yaml", ".yml")):
        _place(files, folder, path)
    present = {path.relative_to(folder).parts[0] for path in folder.rglob("*.yaml")}
    for name in ("city.yaml", "departments.yaml", "items", "journeys"):
        if name not in present:
            missing = name if name.endswith(".yaml") else f"{name}/*.yaml"
            files.problems.append(Problem(missing, 1, "", "missing-file", "缺少此文件"))
    return files


def _place(files: CatalogFolder, folder: Path, path: Path) -> None:
    match path.relative_to(folder).parts:
        case ("city.yaml",) | ("departments.yaml",) | ("calendar.yaml",) | ("items" | "journeys", _) if (
            path.suffix == ".yaml"
        ):
            pass
        case _:
            name = path.relative_to(folder).as_posix()
            files.problems.append(
                Problem(name, 1, "", "unread-file", "不会读取此文件；应为 items/*.yaml 或 journeys/*.yaml，否则请移走")
            )
            return
    source, problems = read_source(folder, path)
    files.problems.extend(problems)
    if source is None:
        return
    if not isinstance(source.content, dict):
        files.problems.append(source.problem((), "wrong-type", "应为“键: 值”的表"))
        return
    for key in source.content:
        if not isinstance(key, str):
            files.problems.append(source.problem((key,), "wrong-type", f"键应为文字，请给 {key} 加引号"))
    if source.name == "city.yaml":
        files.city = source
    elif source.name == "calendar.yaml":
        files.calendar = source
    else:
        getattr(files, source.name.removesuffix(".yaml").split("/")[0]).append(source)

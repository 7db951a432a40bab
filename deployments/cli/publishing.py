"""Check catalog folders and publish them as versions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from casework import catalogs
from casework.catalog_file import read_catalog
from deployments.cli.joining import in_office
from deployments.cli.output import console, print_json
from kit import clock
from rules.catalog import Catalog
from rules.errors import CatalogError, CatalogNotLoadedError


@dataclass(frozen=True, slots=True)
class Difference:
    """How many departments, items or journeys a catalog adds to another, changes in it, and drops from it."""

    added: int
    changed: int
    dropped: int


def check(folder: Path, *, as_json: bool) -> None:
    """List every problem of a folder; exit 1 when there is one."""
    try:
        catalog = read_catalog(folder)
    except CatalogError as error:
        problems: Any = error.details["problems"]
        if as_json:
            print_json({"ok": False, "problems": problems})
        else:
            console().print(str(error), markup=False, soft_wrap=True)
            console().print(f"[red]✘[/] {len(problems)} 个问题 · problems")
        raise typer.Exit(1) from None
    if as_json:
        print_json({"ok": True, "problems": [], **_counts(catalog)})
    else:
        console().print(f"[green]✔[/] {_sentence(catalog)}")


def load(data_dir: Path, folder: Path, *, dry_run: bool, as_json: bool) -> None:
    """Publish a folder as a version, or tell what publishing it would change."""
    catalog = read_catalog(folder)

    async def act(session: AsyncSession) -> tuple[int, bool, dict[str, Difference]]:
        now_known = await _newest(session)
        changes = _differences(now_known[1] if now_known else None, catalog)
        if dry_run:
            same = now_known is not None and not any(_is_change(d) for d in changes.values())
            number = 0 if now_known is None else now_known[0]
            return (number, False, changes) if same else (number + 1, True, changes)
        number, new = await catalogs.publish(session, catalog, now=clock.now())
        return number, new, changes

    version, new, changes = in_office(data_dir, act)
    if as_json:
        counted = {part: {"added": d.added, "changed": d.changed, "dropped": d.dropped} for part, d in changes.items()}
        print_json({"version": version, "new": new, "published": new and not dry_run, "changes": counted})
        return
    console().print(_changes_table(changes))
    verb = "将发布为" if dry_run else "已发布为"
    console().print(f"{verb}第 {version} 版：{_sentence(catalog)}" if new else f"内容与第 {version} 版相同，无需发布")


async def _newest(session: AsyncSession) -> tuple[int, Catalog] | None:
    try:
        return await catalogs.newest(session)
    except CatalogNotLoadedError:
        return None


def _differences(before: Catalog | None, after: Catalog) -> dict[str, Difference]:
    return {
        part: _difference(getattr(before, part) if before else {}, getattr(after, part))
        for part in ("departments", "items", "journeys")
    }


def _difference(before: dict[str, Any], after: dict[str, Any]) -> Difference:
    changed = sum(1 for code in before.keys() & after.keys() if before[code] != after[code])
    return Difference(len(after.keys() - before.keys()), changed, len(before.keys() - after.keys()))


def _is_change(difference: Difference) -> bool:
    return bool(difference.added or difference.changed or difference.dropped)


def _changes_table(changes: dict[str, Difference]) -> Table:
    table = Table("", "新增", "变更", "删除", box=None, pad_edge=False)
    for part, name in (("departments", "部门"), ("items", "事项"), ("journeys", "办事情形")):
        difference = changes[part]
        table.add_row(name, str(difference.added), str(difference.changed), str(difference.dropped))
    return table


def _counts(catalog: Catalog) -> dict[str, Any]:
    return {
        "city": catalog.city,
        "division": catalog.division,
        "departments": len(catalog.departments),
        "items": len(catalog.items),
        "journeys": len(catalog.journeys),
    }


def _sentence(catalog: Catalog) -> str:
    return (
        f"{catalog.city}（{catalog.division}）：{len(catalog.departments)} 个部门、{len(catalog.items)} 个事项、"
        f"{len(catalog.journeys)} 个办事情形"
    )

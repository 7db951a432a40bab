"""What no single entry shows: codes declared twice, and prerequisites that form a cycle."""

from collections.abc import Iterable, Iterator

from casework.catalog_file.folder import CatalogFolder
from casework.catalog_file.inspection import texts
from casework.catalog_file.source import KeyPath, Problem, SourceFile
from rules.catalog import Edge, EdgeKind, NodeCode
from rules.graph import find_cycle

_Place = tuple[SourceFile, KeyPath]


def contradictions(files: CatalogFolder) -> Iterator[Problem]:
    """Find them all, also among entries that are wrong in other ways."""
    yield from _repeated("事项代码", ((source, (code,), code) for source, code, _ in files.entries(files.items)))
    yield from _repeated("情形代码", _journey_codes(files))
    for source, code, entry in files.entries(files.items):
        if isinstance(entry, dict):
            names = [(part, *each) for part in ("main", "deferrable") for each in texts(entry, part, "name")]
            yield from _repeated("材料", ((source, (code, part, at, "name"), name) for part, at, name in names))
    for source in files.journeys:
        for what, listed, key in (("事项", "items", "item"), ("阶段", "stages", "code"), ("问题", "questions", "key")):
            found = texts(source.content, listed, key)
            yield from _repeated(what, ((source, (listed, at, key), name) for at, name in found))
        edges = _edges(source)
        yield from _repeated(
            "边", ((source, ("edges", at), f"{edge.before} → {edge.after}") for at, edge in edges.items())
        )
        yield from _cycles(source, edges)


def _journey_codes(files: CatalogFolder) -> Iterator[tuple[SourceFile, KeyPath, str]]:
    for source in files.journeys:
        code = source.content.get("code")
        if isinstance(code, str):
            yield source, ("code",), code


def _repeated(what: str, found: Iterable[tuple[SourceFile, KeyPath, str]]) -> Iterator[Problem]:
    first: dict[str, _Place] = {}
    for source, path, name in found:
        if name in first:
            earlier, earlier_path = first[name]
            where = f"{earlier.name}:{earlier.line(earlier_path)}"
            yield source.problem(path, "duplicate", f"{what} {name} 已在 {where} 写过，请删去一处或改名")
        else:
            first[name] = (source, path)


def _edges(source: SourceFile) -> dict[int, Edge]:
    """Return the edges by position, as far as both ends are written; the kind does not matter for a cycle."""
    befores = dict(texts(source.content, "edges", "before"))
    afters = dict(texts(source.content, "edges", "after"))
    return {
        at: Edge(NodeCode(befores[at]), NodeCode(afters[at]), EdgeKind.ACCEPTANCE) for at in befores if at in afters
    }


def _cycles(source: SourceFile, edges: dict[int, Edge]) -> Iterator[Problem]:
    # Every item counts as included: which answers would avoid the cycle is not worth relying on.
    remaining = dict(edges)
    while cycle := find_cycle(remaining.values()):
        closing = [at for at, edge in remaining.items() if (edge.before, edge.after) == cycle[-2:]]
        for at in closing:
            del remaining[at]
        yield source.problem(("edges", closing[0]), "cycle", f"前置关系成环：{' → '.join(cycle)}；请删去其中一条边")

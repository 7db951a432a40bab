"""The dependencies of an application, drawn on the server: what may run side by side, and what waits for what."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

from casework.wording import MILESTONES
from rules.catalog import Edge, EdgeKind, is_milestone
from rules.network import Network

#: Units of the drawing: a box, the way between two columns, the room that a box and a passing line take in a column.
WIDTH: Final = 176.0
HEIGHT: Final = 42.0
_BETWEEN: Final = 54.0
_ROOM: Final = 56.0
_PASSING: Final = 16.0
_MARGIN: Final = 8.0
_SWEEPS: Final = 6
#: What fits on a line of a box, counted in half-width characters.
_LONGEST: Final = 25


@dataclass(frozen=True, slots=True)
class Node:
    """An item or a milestone; ``tone`` is the colour of where it stands."""

    code: str
    title: str
    name: str
    department: str
    x: float
    y: float
    tone: str
    milestone: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A dependency, as the path of an SVG."""

    path: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawing in its own units, which the page scales."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


#: A box by its code, or the place where a line from one box to another passes a column.
_Spot = tuple[str, ...]


def graph(
    network: Network, tones: Mapping[str, str], *, english: bool = False, called: Callable[[str], str] = str
) -> Graph:
    """Lay a network out in columns: each box right of all it waits for, lines that follow from others left out.

    ``called`` puts the names of departments into the language.
    """
    edges = _reduced(network)
    column = _columns(network, edges)
    routes = {edge: _route(edge, column) for edge in edges}
    columns = _ordered(network, column, routes)
    at = _places(columns)
    nodes = tuple(_node(network, code, at[code,], tones, english, called) for code in map(str, network.topological()))
    lines = tuple(Line(_path([at[spot] for spot in route]), edge.kind) for edge, route in routes.items())
    height = max((y for _, y in at.values()), default=0.0) + HEIGHT / 2 + _MARGIN
    width = max((x for x, _ in at.values()), default=0.0) + WIDTH + _MARGIN
    return Graph(width, height, nodes, lines)


def _reduced(network: Network) -> list[Edge]:
    """Leave out edges that a way over other nodes implies: drawn, they would only hide the others."""
    kept = []
    for edge in dict.fromkeys(network.edges):
        others = (e.after for e in network.dependents(edge.before) if e.after != edge.after)
        if not any(edge.after in network.descendants(other) for other in others):
            kept.append(edge)
    return kept


def _columns(network: Network, edges: Sequence[Edge]) -> dict[str, int]:
    column: dict[str, int] = {}
    before: defaultdict[str, list[str]] = defaultdict(list)
    for edge in edges:
        before[edge.after].append(edge.before)
    for node in network.topological():
        column[node] = max((column[each] + 1 for each in before[node]), default=0)
    # What nothing waits on the left stands right before what needs it first, so that lines are short.
    for node in reversed(network.topological()):
        after = [column[edge.after] for edge in edges if edge.before == node]
        if after and not before[node]:
            column[node] = min(after) - 1
    return column


def _route(edge: Edge, column: Mapping[str, int]) -> list[_Spot]:
    passing = range(column[edge.before] + 1, column[edge.after])
    return [(edge.before,), *((edge.before, edge.after, str(n)) for n in passing), (edge.after,)]


def _ordered(network: Network, column: Mapping[str, int], routes: Mapping[Edge, list[_Spot]]) -> list[list[_Spot]]:
    """Order each column by the middle of what its spots are joined with, going to and fro: few lines cross."""
    columns: list[list[_Spot]] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for node in network.topological():
        columns[column[node]].append((node,))
    joined: tuple[defaultdict[_Spot, list[_Spot]], ...] = (defaultdict(list), defaultdict(list))
    for edge, route in routes.items():
        for position, spot in enumerate(route[1:-1], 1):
            columns[column[edge.before] + position].append(spot)
        for left, right in pairwise(route):
            joined[0][right].append(left)
            joined[1][left].append(right)
    for sweep in range(_SWEEPS):
        backwards = sweep % 2
        side = joined[backwards]
        for spots in reversed(columns[:-1]) if backwards else columns[1:]:
            rank = {spot: n / max(1, len(each) - 1) for each in columns for n, spot in enumerate(each)}
            middle = {spot: sum(rank[s] for s in side[spot]) / len(side[spot]) for spot in spots if side[spot]}
            spots.sort(key=lambda spot, middle=middle, rank=rank: middle.get(spot, rank[spot]))  # type: ignore[misc]
    return columns


def _places(columns: Sequence[Sequence[_Spot]]) -> dict[_Spot, tuple[float, float]]:
    """Give each spot the left end and the middle height of its place; short columns stand in the middle."""
    heights = [sum(_room(spot) for spot in spots) for spots in columns]
    tallest = max(heights, default=0.0)
    at: dict[_Spot, tuple[float, float]] = {}
    for n, spots in enumerate(columns):
        y = _MARGIN + (tallest - heights[n]) / 2
        for spot in spots:
            at[spot] = (_MARGIN + n * (WIDTH + _BETWEEN), round(y + _room(spot) / 2, 1))
            y += _room(spot)
    return at


def _room(spot: _Spot) -> float:
    return _ROOM if len(spot) == 1 else _PASSING


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Draw from the right end of each place to the left end of the next."""
    x, y = points[0]
    x += WIDTH
    drawn = f"M{x:g} {y:g}"
    for n, (left, height) in enumerate(points[1:], 1):
        half = (left - x) / 2
        drawn += f"C{x + half:g} {y:g} {left - half:g} {height:g} {left:g} {height:g}"
        x, y = left, height
        if n < len(points) - 1:
            x += WIDTH
            drawn += f"H{x:g}"
    return drawn


def _node(
    network: Network,
    code: str,
    at: tuple[float, float],
    tones: Mapping[str, str],
    english: bool,
    called: Callable[[str], str],
) -> Node:
    x, middle = at
    y = middle - HEIGHT / 2
    if is_milestone(code):
        name = code.removeprefix("#") if english else MILESTONES.get(code, code)
        return Node(code, name, name, "", x, y, tones.get(code, "later"), True)
    item = network.item(code)
    name = item.name_en if english else item.name
    tone = tones.get(code, "later")
    department = called(item.department_name)
    return Node(code, f"{name} · {department}", _cut(name), _cut(department), x, y, tone, False)


def _cut(text: str) -> str:
    width, shown = 0, ""
    for letter in text:
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > _LONGEST:
            return f"{shown[:-1]}…"
        shown += letter
    return shown

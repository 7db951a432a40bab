"""Random networks and snapshots for property tests."""

from hypothesis import strategies as st

from rules.catalog import (
    ClockStart,
    DepartmentCode,
    Edge,
    EdgeKind,
    ItemCode,
    ItemKind,
    JourneyCode,
    Limit,
    LimitUnit,
    NodeCode,
    RefusalPolicy,
    Stage,
)
from rules.network import Network, NetworkItem

LIMIT = Limit(20, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE, 10)
PROMISE = Limit(5, LimitUnit.WORKING_DAY, ClockStart.ACCEPTANCE)


def network_item(code: str, *, required: bool = True) -> NetworkItem:
    """An item of a department of its own."""
    return NetworkItem(
        code=ItemCode(code),
        name=f"事项{code}",
        name_en=code,
        department=DepartmentCode(f"D{code}"),
        department_name=f"部门{code}",
        kind=ItemKind.PROMISE,
        legal=LIMIT,
        promised=PROMISE,
        materials=(),
        result="",
        stage="1",
        required=required,
    )


def network(items: list[NetworkItem], edges: list[tuple[str, str, str]], policy: RefusalPolicy) -> Network:
    """A network of these items; milestones are whatever edges name with a hash."""
    typed = tuple(Edge(NodeCode(a), NodeCode(b), EdgeKind(kind)) for a, b, kind in edges)
    milestones = dict.fromkeys(n for e in typed for n in (e.before, e.after) if n.startswith("#"))
    return Network(
        journey=JourneyCode("T1"),
        name="测试",
        refusal_policy=policy,
        stages=(Stage("1", "一", "one", None),),
        items=tuple(items),
        milestones=tuple(milestones),
        edges=typed,
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Acyclic networks of up to eight items, with A and H edges and at times a milestone in the middle."""
    size = draw(st.integers(1, 8))
    items = [network_item(f"X{n}", required=draw(st.booleans())) for n in range(size)]
    edges = []
    for after in range(size):
        for before in range(after):
            kind = draw(st.sampled_from(["", "", "A", "H"]))
            if kind:
                edges.append((f"X{before}", f"X{after}", kind))
    if size > 2 and draw(st.booleans()):
        cut = draw(st.integers(1, size - 1))
        edges += [(f"X{n}", "#START", "S") for n in range(cut)]
        edges.append(("#START", "#DONE", "W"))
        edges += [("#DONE", f"X{n}", "A") for n in range(cut, size)]
    return network(items, edges, draw(st.sampled_from(list(RefusalPolicy))))

"""A network as a JSON document, the way it is pinned to an application, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from rules.canonical import fingerprint
from rules.catalog import (
    ClockStart,
    Edge,
    EdgeKind,
    ItemKind,
    Limit,
    LimitUnit,
    Material,
    MaterialSource,
    RefusalPolicy,
    Stage,
)
from rules.errors import CatalogError
from rules.network.shape import Network, NetworkItem
from rules.terms import Join, Policies, Terms

#: Raised with every change that an old reader would misread.
FORMAT = 2

# A dict look-up is several times faster than calling the enum, and a network holds some two hundred of these.
_KINDS = {kind.value: kind for kind in ItemKind}
_UNITS = {unit.value: unit for unit in LimitUnit}
_STARTS = {start.value: start for start in ClockStart}
_SOURCES = {source.value: source for source in MaterialSource}
_TERMS, _JOIN, _POLICIES = TypeAdapter(Terms), TypeAdapter(Join), TypeAdapter(Policies)
_EDGES = {kind.value: kind for kind in EdgeKind}


def to_document(network: Network) -> dict[str, Any]:
    """Write a network as lists and short-keyed dicts that JSON can hold."""
    return {
        "format": FORMAT,
        "journey": network.journey,
        "name": network.name,
        "refusal": network.refusal_policy.value,
        "stages": [[stage.code, stage.name, stage.name_en, stage.lead] for stage in network.stages],
        "items": [_item_document(item) for item in network.items],
        "milestones": list(network.milestones),
        "edges": [[edge.before, edge.after, edge.kind.value] for edge in network.edges],
        "join": _JOIN.dump_python(network.join, mode="json"),
        "policies": _POLICIES.dump_python(network.policies, mode="json"),
    }


def from_document(document: Mapping[str, Any]) -> Network:
    """Read what `to_document` wrote; the result equals the original. Raises CatalogError for another format."""
    if document.get("format") != FORMAT:
        raise CatalogError(f"无法读取格式为 {document.get('format')!r} 的办事网络，应为 {FORMAT}")
    return Network(
        journey=document["journey"],
        name=document["name"],
        refusal_policy=RefusalPolicy(document["refusal"]),
        stages=tuple(Stage(*stage) for stage in document["stages"]),
        items=tuple(map(_item, document["items"])),
        milestones=tuple(document["milestones"]),
        edges=tuple(Edge(before, after, _EDGES[kind]) for before, after, kind in document["edges"]),
        join=_JOIN.validate_python(document["join"]),
        policies=_POLICIES.validate_python(document["policies"]),
    )


def digest(network: Network) -> str:
    """Return the SHA-256 of the network's canonical JSON, in hexadecimal."""
    return fingerprint(to_document(network))


def _item_document(item: NetworkItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "name": item.name,
        "en": item.name_en,
        "dept": [item.department, item.department_name],
        "kind": item.kind.value,
        "legal": _limit_document(item.legal),
        "promised": _limit_document(item.promised),
        "materials": [
            [each.name, each.deferrable, each.source.value, each.result_of, list(each.or_result_of)]
            for each in item.materials
        ],
        "result": item.result,
        "stage": item.stage,
        "required": item.required,
        "terms": _TERMS.dump_python(item.terms, mode="json"),
        "waived": list(item.waived),
    }


def _item(document: Mapping[str, Any]) -> NetworkItem:
    department, department_name = document["dept"]
    return NetworkItem(
        document["code"],
        document["name"],
        document["en"],
        department,
        department_name,
        _KINDS[document["kind"]],
        _limit(document["legal"]),
        _limit(document["promised"]),
        tuple(
            Material(name, deferrable, _SOURCES[source], result_of, tuple(others))
            for name, deferrable, source, result_of, others in document["materials"]
        ),
        document["result"],
        document["stage"],
        document["required"],
        _TERMS.validate_python(document["terms"]),
        tuple(document["waived"]),
    )


def _limit_document(limit: Limit) -> list[Any]:
    return [limit.days, limit.unit.value, limit.start.value, limit.extension, limit.source]


def _limit(document: list[Any]) -> Limit:
    days, unit, start, extension, source = document
    return Limit(days, _UNITS[unit], _STARTS[start], extension, source)

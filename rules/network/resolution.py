"""From a journey and the intake answers to the network of one application."""

from collections.abc import Mapping

from rules import intake
from rules.catalog import (
    Catalog,
    Journey,
    JourneyCode,
    JourneyItem,
    Material,
    MaterialSource,
    is_milestone,
)
from rules.errors import InvalidIntakeError
from rules.network.shape import Network, NetworkItem


def resolve(catalog: Catalog, journey: JourneyCode, answers: Mapping[str, intake.Answer]) -> Network:
    """Decide which approval items the answers call for, and keep the edges between those.

    A milestone that no edge touches any more is left out, and so is a stage without items.
    Raises InvalidIntakeError for an unknown journey, listing every inadmissible answer, or when no item applies.
    """
    template = catalog.journeys.get(journey)
    if template is None:
        offered = "、".join(f"{each.code}（{each.name}）" for each in catalog.journeys.values())
        raise InvalidIntakeError(f"没有办事情形 {journey}，可选：{offered}", journey=journey)
    complete = intake.completed(template.questions, answers)
    entries = [entry for entry in template.items if intake.applies(entry.when, complete)]
    if not entries:
        raise InvalidIntakeError(f"按所填情况，“{template.name}”没有需要办理的事项", journey=journey)
    return _assembled(catalog, template, entries)


def _assembled(catalog: Catalog, template: Journey, entries: list[JourneyItem]) -> Network:
    included: set[str] = {entry.item for entry in entries}
    edges = tuple(
        edge
        for edge in template.edges
        if all(is_milestone(node) or node in included for node in (edge.before, edge.after))
    )
    # A dict, because the order of first mention must not change from run to run.
    touched = dict.fromkeys(node for edge in edges for node in (edge.before, edge.after) if is_milestone(node))
    used_stages = {entry.stage for entry in entries}
    return Network(
        journey=template.code,
        name=template.name,
        refusal_policy=template.refusal_policy,
        stages=tuple(stage for stage in template.stages if stage.code in used_stages),
        items=tuple(resolved_item(catalog, entry, included) for entry in entries),
        milestones=tuple(touched),
        edges=edges,
        join=template.join,
        policies=catalog.policies,
    )


def resolved_item(catalog: Catalog, entry: JourneyItem, included: set[str]) -> NetworkItem:
    """Say what an item of a journey is in an application that has the items ``included``."""
    item = catalog.items[entry.item]
    return NetworkItem(
        code=item.code,
        name=item.name,
        name_en=item.name_en,
        department=item.department,
        department_name=catalog.departments[item.department].name,
        kind=item.kind,
        legal=item.legal,
        promised=item.promised,
        materials=tuple(_sourced(each, included) for each in item.materials if each.name not in entry.waived),
        result=item.result,
        stage=entry.stage,
        required=entry.required,
        terms=item.terms,
        waived=tuple(each.name for each in item.materials if each.name in entry.waived),
    )


def _sourced(material: Material, included: set[str]) -> Material:
    """Find the item of this application whose result the material is.

    A result that none of them produces was issued earlier: shared, never asked for again (优化营商环境条例 art. 37).
    """
    if material.source is not MaterialSource.RESULT:
        return material
    for code in (material.result_of, *material.or_result_of):
        if code in included:
            return Material(material.name, material.deferrable, MaterialSource.RESULT, code)
    return Material(material.name, material.deferrable, MaterialSource.SHARED)

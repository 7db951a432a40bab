"""Items for which the applicant must come in person (行政许可法 art. 29(2)): no agent puts those forward."""

from collections.abc import Iterable

from rules.catalog import ItemCode
from rules.errors import InPersonRequiredError
from rules.network import Network, NetworkItem


def attendance_name(item: NetworkItem) -> str:
    """Name the visit that stands among the materials asked for: the item is not filed before."""
    return f"申请人本人到场（{item.name}）"


def attendances(network: Network) -> dict[str, ItemCode]:
    """Name the visits that an application needs, each with its item."""
    return {attendance_name(item): item.code for item in network.items if item.terms.in_person}


def require_no_visits(network: Network, names: Iterable[str]) -> None:
    """Let nobody hand in a visit as if it were a paper: the department says that the applicant was there.

    An agent may prepare the papers, book the time and come along. Raises InPersonRequiredError.
    """
    visits = attendances(network)
    if items := [visits[name] for name in names if name in visits]:
        message = (
            f"{'、'.join(items)} 依法应由申请人本人到行政机关提出，代办员不能代为申请（行政许可法第二十九条第二款），"
            "可以代为预约；到场由承办部门登记"
        )
        raise InPersonRequiredError(message, items=items)

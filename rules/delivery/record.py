"""What is known of a delivery, and the words it is told with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rules.catalog import ItemCode
from rules.vocabulary import DecisionKind, Word


class DeliveryChannel(Word):
    """How a result reaches the applicant."""

    #: Into the applicant's space in the system (电子证照, 国务院关于在线政务服务的若干规定 art. 8-11).
    ONLINE = "online", "网上送达"
    WINDOW = "window", "窗口领取"
    POST = "post", "邮寄送达"
    #: Through the agent, who hands it over against a signed sheet (结果移交单).
    AGENT = "agent", "代办员转交"


class DeliveryStatus(Word):
    """Where one delivery stands; one that has failed is followed by another, and the result stays undelivered."""

    PREPARED = "prepared", "待送达"
    SENT = "sent", "送达中"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "未能送达"


class ObjectionKind(Word):
    """What an applicant says against a delivery or a closing."""

    NOT_RECEIVED = "not_received", "未收到结果"
    WRONG_RESULT = "wrong_result", "结果有误"
    NOT_FINISHED = "not_finished", "事项实际未办结"
    OTHER = "other", "其他异议"


@dataclass(frozen=True, slots=True)
class DeliveryWish:
    """How the applicant wants the results: by which way, and (一并出件) whether all together."""

    channel: DeliveryChannel = DeliveryChannel.ONLINE
    #: All results together, which never keeps one back beyond its own limit.
    together: bool = False
    #: Where a letter goes.
    address: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a decision has to show for itself: a grant its document, a refusal its filing, a return its basis."""

    kind: DecisionKind
    decided_at: datetime
    document_number: str | None = None
    filing: str | None = None
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """The latest attempt to deliver the result of one assignment."""

    id: UUID
    assignment: UUID
    item: ItemCode
    attempt: int
    channel: DeliveryChannel
    status: DeliveryStatus
    #: The civil date of the decision: the time to deliver counts from it.
    decided_on: date
    prepared_at: datetime
    #: The notice that brings it, where it goes online.
    carrier: UUID | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    #: Supervision has been told that its time is over.
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection of the applicant that has not been answered."""

    id: UUID
    kind: ObjectionKind
    item: ItemCode | None = None


@dataclass(frozen=True, slots=True)
class ClosingView:
    """What stands between delivery and closing (结案)."""

    delivered_at: datetime | None = None
    #: The applicant has confirmed the receipt (签收).
    confirmed_at: datetime | None = None
    #: The last objection was answered: the applicant may object to that, too.
    answered_at: datetime | None = None
    #: Why closing was refused, as last recorded.
    refused: tuple[str, ...] = ()

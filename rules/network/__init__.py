"""The network of one application: a journey's approval items and typed edges, resolved from the intake answers."""

from rules.network.document import digest, from_document, to_document
from rules.network.resolution import resolve
from rules.network.shape import Network, NetworkItem

__all__ = ["Network", "NetworkItem", "digest", "from_document", "resolve", "to_document"]

"""What a department needs to fetch the content of a material: its hash, its size and a link of its own."""

from collections.abc import Mapping
from typing import Any

from casework.messages import OutgoingMessage
from kit.file_links import link


def enclosed(material: Mapping[str, Any], outgoing: OutgoingMessage) -> dict[str, Any]:
    """Add to a material, as a message names it, how its content is fetched; one without content stays as it is."""
    file = outgoing.files.get(material["name"])
    if file is None:
        return dict(material)
    url, until = link(file["sha256"], outgoing.assignment, outgoing.department)
    content = {"sha256": file["sha256"], "size": file["size"], "media_type": file["media_type"]}
    return {**material, "version": file["version"], "file": {**content, "url": url, "until": until.isoformat()}}

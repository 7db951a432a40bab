"""The secret an endpoint is examined with, by reference: it never stands on a command line."""

import os
from pathlib import Path

from kit.signing import SecretError, department_secret, is_usable


def secret_of(reference: str | None, department: str) -> str:
    """Read ``env:NAME`` or ``file:PATH``; without a reference the department's own file. Raises SecretError."""
    if reference is None:
        return department_secret(department)
    kind, _, name = reference.partition(":")
    match kind:
        case "env":
            found = os.environ.get(name)
        case "file":
            path = Path(name)
            found = path.read_text(encoding="ascii", errors="replace").split("\n")[0] if path.is_file() else None
        case _:
            raise SecretError(f"--secret-ref {kind}: 应为 env:变量名 或 file:路径 · expected env:NAME or file:PATH")
    if found is None:
        raise SecretError(f"--secret-ref {reference}: 没有找到 · not found")
    if not is_usable(found.strip()):
        raise SecretError(f"--secret-ref {reference}: 不是 whsec_ 密钥 · no Standard Webhooks secret")
    return found.strip()

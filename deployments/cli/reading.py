"""Files that a command is given, YAML or JSON, or standard input."""

import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class UnreadableFileError(Exception):
    """A file cannot be read as what it should be; the message says where and why."""


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a mapping from a YAML or JSON file, ``-`` being standard input. Raises UnreadableFileError."""
    name = "标准输入 stdin" if str(path) == "-" else str(path)
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        content = YAML(typ="safe").load(text)
    except OSError as error:
        raise UnreadableFileError(f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{name}: 不是 UTF-8 文件 · not UTF-8") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableFileError(f"{name}:{line}: {error.problem}") from error
    except YAMLError as error:
        raise UnreadableFileError(f"{name}: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableFileError(f"{name}: 应为“键: 值”的表 · a mapping is expected")
    return content

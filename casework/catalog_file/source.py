"""A catalog's YAML file, every value with the line it stands on."""

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import AliasEvent

#: Where a value stands inside its file: keys of mappings and positions in lists.
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a catalog file; ``code`` is stable, the message says what is wrong and what would be right."""

    file: str
    line: int
    key: str
    code: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class SourceFile:
    """One parsed file: plain values for checking, and the lines to report them on."""

    def __init__(self, name: str, tree: Any) -> None:
        self.name = name
        self.content = _plain(tree)
        self._tree = tree

    def line(self, path: KeyPath) -> int:
        """Return the line, from 1, of the value at ``path``, or of its nearest parent that exists."""
        node, line = self._tree, 0
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line = node.lc.key(step)[0]
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line = node.lc.item(step)[0]
            else:
                break
            node = node[step]
        return line + 1

    def problem(self, path: KeyPath, code: str, message: str) -> Problem:
        """Report the value at ``path``."""
        return Problem(self.name, self.line(path), spelled(path), code, message)


def read_source(folder: Path, path: Path) -> tuple[SourceFile | None, list[Problem]]:
    """Parse one file; None when it is no YAML. Keys written twice are reported, the first one counts."""
    name = path.relative_to(folder).as_posix()
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.Composer = _Composer
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return None, [Problem(name, 1, "", "not-utf-8", f"不是 UTF-8 文件（第 {error.start} 字节），请另存为 UTF-8")]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [Problem(name, line, "", "yaml-syntax", f"YAML 语法错误：{error.problem}")]
    except (YAMLError, YAMLStreamError) as error:
        return None, [Problem(name, 1, "", "yaml-syntax", f"YAML 语法错误：{error}")]
    repeated = [
        Problem(name, line, key, "duplicate-key", f"键 {key} 在第 {first} 行已经写过，请删去一处或改名")
        for line, key, first in yaml.constructor.repeated
    ]
    return SourceFile(name, tree), repeated


def spelled(path: KeyPath) -> str:
    """Write a path as people read it: ``items[3].stage``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def guess(word: object, known: list[str]) -> str:
    """Name the known word that was probably meant, or what there is to choose from."""
    close = get_close_matches(str(word), known, n=1)
    if close:
        return f"是否为 {close[0]}？"
    listed = "、".join(known[:12]) + ("…" if len(known) > 12 else "")
    return f"可用：{listed}" if known else "此处没有可用的值"


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    # Parsed scalars may carry their quoting style in a subclass.
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


class _Constructor(RoundTripConstructor):
    """Collects repeated keys, where the stock one stops at the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repeated: list[tuple[int, str, int]] = []

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:
        if key not in mapping:
            return True
        self.repeated.append((key_node.start_mark.line + 1, str(key), mapping.lc.key(key)[0] + 1))
        return False


class _Composer(Composer):
    """Refuses aliases: one could contain itself, and a shared limit hides what an edit changes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            event = self.parser.peek_event()
            raise ComposerError(None, None, f"不支持引用 *{event.anchor}，请写出完整内容", event.start_mark)
        return super().compose_node(parent, index)

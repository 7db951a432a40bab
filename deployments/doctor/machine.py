"""The machine and what is installed on it."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from deployments.doctor import installed
from deployments.doctor.findings import Finding, fail, ok, warn
from kit.settings import Settings

SETTINGS: Final = "设置 Settings"
_PYTHONS: Final = ((3, 11), (3, 13))
_LITTLE_DISK, _NO_DISK = 2 * 1024**3, 256 * 1024**2


def examine(data_dir: Path) -> Iterator[Finding]:
    """Check Python, the packages, the settings, and the data folder."""
    yield python()
    yield installed.packages()
    yield configuration()
    yield data_folder(data_dir)
    yield disk(data_dir)


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Check that this Python is one we are tested on."""
    name, shown = "Python", ".".join(map(str, version))
    least, newest = _PYTHONS
    if version < least:
        return fail(name, shown, "需要 Python 3.11 以上 · install Python 3.11 or newer")
    if version > newest:
        return warn(
            name, shown, f"只在 3.11 至 {newest[0]}.{newest[1]} 上测试过 · tested up to {newest[0]}.{newest[1]}"
        )
    return ok(name, shown)


def configuration() -> Finding:
    """Check that the environment gives admissible settings; an accelerated clock in production is not."""
    name = SETTINGS
    try:
        chosen = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        variable = f"DAIBAN_{str(first['loc'][0]).upper()}：" if first["loc"] else ""
        seen = variable + first["msg"].removeprefix("Value error, ")
        return fail(name, seen, "改正该环境变量；全部设置见 daiban settings --markdown · correct the variable")
    clock = f"，加速时钟 {chosen.clock}" if chosen.clock else ""
    return ok(name, f"{chosen.environment}{clock}")


def data_folder(data_dir: Path) -> Finding:
    """Check that the data folder can be written, or made."""
    name = "数据文件夹 Data folder"
    nearest = data_dir.expanduser().resolve()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        return fail(name, f"{nearest} 不是文件夹", "换一个 DAIBAN_DATA_DIR · choose another folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return fail(name, f"{nearest} 不可写", f"chown 或换一个 DAIBAN_DATA_DIR · make {nearest} writable")
    return ok(name, str(data_dir))


def disk(data_dir: Path) -> Finding:
    """Check that there is room to go on."""
    name = "磁盘 Disk"
    nearest = data_dir.expanduser().resolve()
    while not nearest.exists():
        nearest = nearest.parent
    free = shutil.disk_usage(nearest).free
    seen = f"剩余 {free / 1024**3:.1f} GiB"
    if free < _NO_DISK:
        return fail(name, seen, "立即清理：PostgreSQL 在磁盘满时会停止 · free space now")
    if free < _LITTLE_DISK:
        return warn(name, seen, "清理或扩容 · free some space")
    return ok(name, seen)

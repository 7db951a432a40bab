"""Whether every package we need, directly or not, is installed, fits, and can be imported."""

import importlib
import importlib.metadata
import re
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from deployments.doctor.findings import Finding, fail, ok, warn

NAME: Final = "软件包 Packages"
_REINSTALL: Final = "重新安装 · pip install --force-reinstall daiban"
#: Stands beside the packages in a checkout; an installed wheel has none.
LOCK: Final = Path(__file__).parent.parent.parent / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+==[^\s\\]+)(\s*;[^\\]+)?", re.MULTILINE)


def packages(distribution: str = "daiban", lock: Path = LOCK) -> Finding:
    """Check everything the distribution requires, and what differs from the lock file where there is one."""
    needed = list(_needed(distribution))
    direct = {_normal(each.name) for each in _requirements(distribution)}
    troubles = [trouble for each in needed if (trouble := _unfit(each)) is not None]
    troubles = troubles or list(_unimportable(direct))
    if troubles:
        return fail(NAME, "；".join(dict.fromkeys(troubles)), _REINSTALL)
    known = {_normal(each.name) for each in needed}
    seen = f"{len(known)} 个相符，{len(direct)} 个直接依赖可导入"
    drifted = list(_drifted(lock)) if lock.is_file() else []
    if drifted:
        more = f"等 {len(drifted)} 个" if len(drifted) > 3 else ""
        return warn(NAME, f"{seen}；与 {lock.name} 不同：{'、'.join(drifted[:3])}{more}", f"pip install -r {lock.name}")
    return ok(NAME, seen)


def _requirements(distribution: str) -> Iterator[Requirement]:
    for line in importlib.metadata.requires(distribution) or ():
        required = Requirement(line)
        if required.marker is None or required.marker.evaluate({"extra": ""}):
            yield required


def _needed(distribution: str) -> Iterator[Requirement]:
    """Follow the requirements of what is installed, each distribution once."""
    followed: set[str] = set()
    waiting = [distribution]
    while waiting:
        name = _normal(waiting.pop())
        if name in followed:
            continue
        followed.add(name)
        try:
            found = list(_requirements(name))
        except importlib.metadata.PackageNotFoundError:
            continue  # told where it is required
        yield from found
        waiting.extend(each.name for each in found)


def _unfit(required: Requirement) -> str | None:
    try:
        installed = importlib.metadata.version(required.name)
    except importlib.metadata.PackageNotFoundError:
        return f"缺少 {required}"
    fits = required.specifier.contains(installed, prereleases=True)
    return None if fits else f"{required.name} {installed} 不符合 {required.specifier}"


def _unimportable(distributions: Collection[str]) -> Iterator[str]:
    # Asked once: whoever answers reads the list of files of everything that is installed.
    for module, owners in sorted(importlib.metadata.packages_distributions().items()):
        public = module.isidentifier() and not module.startswith("_")
        if public and any(_normal(owner) in distributions for owner in owners):
            try:
                # A package may ship an old name that warns of itself; that it can be imported is all we ask.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    importlib.import_module(module)
            except Exception as error:  # whatever an installation can be broken by is what is looked for
                yield f"{module} 无法导入：{type(error).__name__}: {error}"


def _drifted(lock: Path) -> Iterator[str]:
    for line, marker in _PINNED.findall(lock.read_text(encoding="utf-8")):
        pinned = Requirement(f"{line}{marker}")
        if pinned.marker is not None and not pinned.marker.evaluate():
            continue
        try:
            installed = importlib.metadata.version(pinned.name)
        except importlib.metadata.PackageNotFoundError:
            continue  # the lock also names tools that only developers install
        if not pinned.specifier.contains(installed, prereleases=True):
            yield f"{pinned.name} {installed}（{pinned.specifier}）"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

"""A small city's catalog whose files tests spoil in one place."""

from pathlib import Path

import pytest

from casework.catalog_file import read_catalog
from rules.errors import CatalogError

CITY = """\
city: 样城
division: "211282"
court: 样城人民法院
"""
DEPARTMENTS = """\
NRB:
  name: 自然资源局
  name_en: Natural Resources
  relation: county
  hall: 行政审批中心
  channel: push
  endpoint: "{departments}/NRB"

HCB:
  name: 住建局
  name_en: Housing
  relation: county
  channel: inbox
"""
ITEMS = """\
A01:
  name: 规划条件出具
  name_en: Planning conditions
  department: NRB
  kind: promise
  legal: {days: 20, unit: WD, extension: 10, source: 城乡规划法第38条}
  promised: {days: 5, unit: WD}
  main:
    - {name: 勘测定界图, source: applicant}
  deferrable:
    - {name: 影像资料, source: applicant}
  result: 规划条件书

C04:
  name: 施工许可
  name_en: Construction permit
  department: HCB
  kind: promise
  legal: {days: 7, unit: ND, start: receipt}
  promised: {days: 10, unit: WD}
  main:
    - {name: 规划条件, source: result, of: A01}
  result: 施工许可证

D01:
  name: 竣工备案
  name_en: Completion filing
  department: HCB
  kind: filing
  legal: {days: 0, unit: WD}
  promised: {days: 0, unit: WD}
  main:
    - {name: 竣工图, source: applicant}
  result: 备案证明
"""
JOURNEY = """\
code: J1
name: 厂房
name_en: Plant
refusal_policy: stop_dependents
stages:
  - {code: land, name: 用地, name_en: Land, lead: NRB}
questions:
  - {key: gas, title: 用气, title_en: Gas, kind: yes_no, default: false}
  - {key: tce, title: 能耗, title_en: Energy, kind: number, default: 0}
  - {key: eia, title: 环评, title_en: EIA, kind: choice, choices: {form: 报告表, report: 报告书}, default: form}
items:
  - {item: A01, stage: land}
  - {item: C04, stage: land, when: [{question: eia, equals: [form]}]}
  - {item: D01, stage: land, when: [{question: tce, at_least: 10}, {question: gas, equals: [true]}]}
edges:
  - {before: A01, after: C04, kind: A}
  - {before: C04, after: "#START", kind: S}
  - {before: "#START", after: "#DONE", kind: W}
  - {before: "#DONE", after: D01, kind: A}
  - {before: D01, after: "#OPER", kind: O}
"""
FILES = {"city.yaml": CITY, "departments.yaml": DEPARTMENTS, "items/all.yaml": ITEMS, "journeys/J1.yaml": JOURNEY}
C, D, I, J = FILES  # noqa: E741


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        read_catalog(folder)
    return caught.value.message.splitlines()

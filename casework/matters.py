"""What documents about an application name: applicant, project, and the office that issues them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from casework.casefile import CaseFile
from rules.catalog import DepartmentCode, ItemCode
from rules.documents import Matter
from rules.network import Network
from rules.vocabulary import Party

_PARTIES: Final = text("""
SELECT p.name AS project, t.name AS applicant, t.credit_code, v.city,
       (SELECT jsonb_object_agg(d.code, d.name) FROM departments d) AS departments,
       (SELECT jsonb_agg(d.code) FROM departments d WHERE d.relation = 'county') AS of_the_city
  FROM applications a
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
  JOIN catalog_versions v ON v.number = a.catalog_version
 WHERE a.id = :id
""")


@dataclass(frozen=True, slots=True)
class Parties:
    """Who deals with whom in an application; makes the matter of each of its documents."""

    application: str
    project: str
    applicant: str
    credit_code: str
    city: str
    #: Full names of offices: 开原市住房和城乡建设局, 铁岭市生态环境局开原分局.
    offices: Mapping[str, str]

    def of_item(self, network: Network, code: ItemCode, department: DepartmentCode | None = None) -> Matter:
        """Make the matter of an item's documents, issued by its department, or by the one it was transferred to."""
        item = network.item(code)
        return Matter(
            application=self.application,
            project=self.project,
            applicant=self.applicant,
            credit_code=self.credit_code,
            issuer=self.offices[department or item.department],
            item=item.code,
            item_name=item.name,
        )

    def of_whole(self) -> Matter:
        """Make the matter of documents about all items, issued by the centre (代办中心)."""
        return Matter(
            application=self.application,
            project=self.project,
            applicant=self.applicant,
            credit_code=self.credit_code,
            issuer=f"{self.city}{Party.CENTER.zh}",
        )


async def load_parties(case: CaseFile) -> Parties:
    """Load, in one query, what the documents of a case name."""
    row = (await case.session.execute(_PARTIES, {"id": case.id})).one()
    own = set(row.of_the_city or ())
    offices = {
        code: f"{row.city}{name}" if code in own and row.city not in name else name
        for code, name in row.departments.items()
    }
    return Parties(case.number, row.project, row.applicant, row.credit_code, row.city, offices)

"""What kind of answer an approval item gets: a permit, a filing, or a service; each has words and papers of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.catalog import Department, ItemKind
from rules.documents import laws
from rules.documents.draft import Paragraph
from rules.documents.kinds import DocumentKind


@dataclass(frozen=True, slots=True)
class Remedies:
    """Where a decision can be contested; both must be told (行政许可法 art. 38, 行政复议法 art. 20)."""

    #: The authority of 行政复议: 开原市人民政府; for offices under vertical leadership the next higher one.
    reconsideration: str
    #: The court of 行政诉讼.
    court: str

    @property
    def parts(self) -> Mapping[str, str]:
        """Name what a document must contain of them."""
        return {"行政复议机关": self.reconsideration, "行政诉讼管辖法院": self.court}

    def told(self, document: str = "本决定书") -> Paragraph:
        """Tell the applicant: 60 days (行政复议法 art. 20), 6 months (行政诉讼法 art. 46)."""
        return Paragraph(
            f"如不服，可以自收到{document}之日起六十日内，依据{laws.RECONSIDERATION}向{self.reconsideration}申请行政"
            f"复议；也可以自收到{document}之日起六个月内，依据{laws.LITIGATION}向{self.court}提起行政诉讼。"
        )


@dataclass(frozen=True, slots=True)
class Complaint:
    """Where to complain of an enterprise or a technical body, whose answers are no administrative decisions."""

    to: str

    @property
    def parts(self) -> Mapping[str, str]:
        """Name what a document must contain of it."""
        return {"投诉受理单位": self.to}

    def told(self, document: str = "本告知书") -> Paragraph:
        """Tell the applicant where to complain (优化营商环境条例 art. 28)."""
        return Paragraph(f"对{document}有异议的，可以依据《优化营商环境条例》第二十八条的规定向{self.to}投诉。")


Contest = Remedies | Complaint


@dataclass(frozen=True, slots=True)
class Nature:
    """The words of an answer, and the documents it is given in."""

    granted: DocumentKind
    refused: DocumentKind
    #: What is done and not done: 准予行政许可.
    grant: str
    refuse: str
    #: Who gets it, for what, by which paper.
    holder: str
    matter: str
    paper: str
    #: Laws that every answer of this nature rests on beside the item's own.
    grant_law: tuple[str, ...] = ()
    refuse_law: tuple[str, ...] = ()


PERMIT: Final = Nature(
    DocumentKind.GRANT,
    DocumentKind.REFUSAL,
    "准予行政许可",
    "不予行政许可",
    "被许可人",
    "许可事项",
    "许可证件",
    (laws.GRANT,),
    (laws.REFUSAL,),
)
#: A filing has no permit decision; refusing it is an administrative act all the same.
FILING: Final = Nature(
    DocumentKind.FILED, DocumentKind.FILING_REFUSED, "予以备案", "不予备案", "备案人", "备案事项", "备案证明"
)
#: Utilities and technical bodies decide nothing in law: they do what was asked, or say why not.
SERVICE: Final = Nature(
    DocumentKind.SERVICE_DONE, DocumentKind.SERVICE_REFUSED, "办理完毕", "不予办理", "申请人", "办理事项", "办理结果"
)
ANSWERS: Final = tuple(kind for nature in (PERMIT, FILING, SERVICE) for kind in (nature.granted, nature.refused))


def nature_of(kind: ItemKind, office: Department) -> Nature:
    """Say what nature the answer to an item of this kind has at its department."""
    if not office.decides or kind is ItemKind.MILESTONE:
        return SERVICE
    return FILING if kind is ItemKind.FILING else PERMIT

"""What a form of an act is made of."""

from dataclasses import dataclass

from pydantic import BaseModel

from rules.vocabulary import DepartmentAct, Word


class Widget(Word):
    """How a field is filled in."""

    LINE = "line", "文本"
    PROSE = "prose", "多行文本"
    NUMBER = "number", "数字"
    #: Among the words of the entry, or else the special procedures of the item.
    CHOICE = "choice", "选择"
    YES_NO = "yes_no", "是否"
    DAY = "day", "日期"
    #: A day and a time of the office's clock.
    MOMENT = "moment", "日期和时间"
    CHECKLIST = "checklist", "勾选"
    LINES = "lines", "每行一项"


@dataclass(frozen=True, slots=True)
class Entry:
    """A field: its name in the event, what it is called, and whether it must be filled in."""

    name: str
    label: str
    widget: Widget = Widget.LINE
    required: bool = False
    hint: str = ""
    words: type[Word] | None = None


@dataclass(frozen=True, slots=True)
class ActForm:
    """A form of an act; ``key`` tells several forms of one act apart, as decisions for and against."""

    key: str
    act: DepartmentAct
    title: str
    entries: tuple[Entry, ...]
    body: type[BaseModel]
    #: Already answered by the choice of the form.
    fixed: tuple[tuple[str, str], ...] = ()
    #: A step that ends the matter, set apart so that nobody takes it by mistake.
    grave: bool = False
    #: The field that the person's own account fills.
    signs_as: str = "handler"
    #: A letter that opens or sends it, where the page's keys are on.
    letter: str = ""
    #: For the head of the department alone: handlers do not approve what handlers refuse (否定备案).
    of_head: bool = False
    #: Of a procedure around the decision, which few applications have: shown apart.
    apart: bool = False


#: Fields that many acts have.
REASON = Entry("reason", "理由", Widget.PROSE, required=True)
REMARK = Entry("reason", "说明", Widget.PROSE)
BASIS = Entry("legal_basis", "法律依据（写明条款）", Widget.PROSE, required=True)
NUMBER = Entry("document_number", "文书编号")

"""What all forms of catalog files share: strict values, no unknown keys."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


def _scalar(value: Any) -> Any:
    if isinstance(value, str | bool | int | float):
        return value
    raise PydanticCustomError("wrong-type", "应为文字、数字或 true、false")


Scalar = Annotated[Any, AfterValidator(_scalar)]
OneOrMore = BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
# YAML has no enums: the words are converted, while numbers and texts stay strict.
AsWord = Field(strict=False)


class Form(BaseModel):
    """An entry with no unknown keys, whose numbers are numbers and whose texts are texts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

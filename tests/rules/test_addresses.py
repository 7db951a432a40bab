"""An address is shown so far as its owner knows it again."""

import pytest

from rules.addresses import masked_email, masked_mobile


@pytest.mark.parametrize(
    ("address", "shown"), [("liu@kaiyuan.example", "l***@kaiyuan.example"), ("x@a.cn", "x***@a.cn")]
)
def test_an_email_address_shows_one_character_and_its_domain(address: str, shown: str) -> None:
    assert masked_email(address) == shown


def test_a_mobile_number_shows_seven_digits() -> None:
    assert masked_mobile("13841000001") == "138****0001"

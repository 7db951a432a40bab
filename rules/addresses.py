"""Where an applicant is written to: shown only so far as its owner knows it again (个人信息保护法 art. 6)."""

_SHOWN_OF_MOBILE = 3


def masked_email(address: str) -> str:
    """Show the first character and the domain: ``l***@example.cn``."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"


def masked_mobile(number: str) -> str:
    """Show the first three digits and the last four: ``138****0001``."""
    return f"{number[:_SHOWN_OF_MOBILE]}****{number[-4:]}"

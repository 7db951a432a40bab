"""A message is accepted only from a holder of a current secret, at about the present time, unchanged."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import signing
from kit.clock import wall_now
from kit.settings import settings
from kit.signing import SecretError, SignatureError, SignatureReason

SECRET = signing.new_secret()
BODY = '{"item": "施工许可"}'.encode()


@pytest.fixture
def secrets_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    settings.cache_clear()
    return tmp_path


def refusal(secrets: list[str], headers: dict[str, str], body: bytes = BODY) -> SignatureReason:
    with pytest.raises(SignatureError) as caught:
        signing.verify(secrets, headers, body)
    return caught.value.reason


@given(body=st.text().map(str.encode))
def test_a_signed_message_is_accepted_and_names_its_id(body: bytes) -> None:
    assert signing.verify([SECRET], signing.sign(SECRET, "msg-1", body), body) == "msg-1"


def test_header_names_may_be_in_any_case() -> None:
    headers = {name.title(): value for name, value in signing.sign(SECRET, "msg-1", BODY).items()}
    assert signing.verify([SECRET], headers, BODY) == "msg-1"


def test_during_rotation_the_old_secret_is_still_accepted() -> None:
    headers = signing.sign(SECRET, "msg-1", BODY)
    assert signing.verify([signing.new_secret(), SECRET], headers, BODY) == "msg-1"


def test_a_foreign_secret_is_a_mismatch() -> None:
    assert refusal([signing.new_secret()], signing.sign(SECRET, "msg-1", BODY)) == SignatureReason.MISMATCH


def test_a_department_without_any_secret_is_never_believed() -> None:
    assert refusal([], signing.sign(SECRET, "msg-1", BODY)) == SignatureReason.MISMATCH


@pytest.mark.parametrize("changed", ["webhook-id", "body"])
def test_a_changed_id_or_body_is_a_mismatch(changed: str) -> None:
    headers = signing.sign(SECRET, "msg-1", BODY)
    body = BODY + b" " if changed == "body" else BODY
    if changed == "webhook-id":
        headers["webhook-id"] = "msg-2"
    assert refusal([SECRET], headers, body) == SignatureReason.MISMATCH


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_required(missing: str) -> None:
    headers = signing.sign(SECRET, "msg-1", BODY)
    headers[missing] = ""
    assert refusal([SECRET], headers) == SignatureReason.MISSING_HEADER
    del headers[missing]
    assert refusal([SECRET], headers) == SignatureReason.MISSING_HEADER


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_from_another_time_is_stale_even_when_signed(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    instant = wall_now() + timedelta(minutes=minutes)
    with monkeypatch.context() as patch:
        patch.setattr(signing, "wall_now", lambda: instant)
        headers = signing.sign(SECRET, "msg-1", BODY)
    assert refusal([SECRET], headers) == SignatureReason.STALE_TIMESTAMP


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("webhook-timestamp", "yesterday"),
        ("webhook-timestamp", "nan"),
        ("webhook-timestamp", "9" * 40),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,x"),
    ],
)
def test_garbage_in_a_header_is_malformed_and_no_crash(header: str, text: str) -> None:
    headers = signing.sign(SECRET, "msg-1", BODY) | {header: text}
    assert refusal([SECRET], headers) == SignatureReason.MALFORMED


def test_a_body_that_is_no_text_is_malformed() -> None:
    assert refusal([SECRET], signing.sign(SECRET, "msg-1", BODY), b"\xff\xfe") == SignatureReason.MALFORMED


def test_a_missing_department_secret_names_the_file(secrets_dir: Path) -> None:
    with pytest.raises(SecretError, match=str(secrets_dir / "departments" / "ZJJ")):
        signing.department_secret("ZJJ")


@pytest.mark.parametrize("code", ["", "zjj", "../api-token", "A", "ABCDEFGHI", "ZJ\n"])
def test_a_code_that_is_no_department_code_never_reaches_the_file_system(secrets_dir: Path, code: str) -> None:
    with pytest.raises(SecretError, match="no department code"):
        signing.department_secret(code)


def test_ensured_secrets_are_private_distinct_and_stay_the_same(secrets_dir: Path) -> None:
    signing.ensure_department_secrets(["ZJJ", "QXJ"])
    first = signing.department_secret("ZJJ")
    signing.ensure_department_secrets(["ZJJ", "QXJ"])
    assert signing.department_secret("ZJJ") == first != signing.department_secret("QXJ")
    assert stat.S_IMODE((secrets_dir / "departments").stat().st_mode) == 0o700
    assert stat.S_IMODE((secrets_dir / "departments" / "ZJJ").stat().st_mode) == 0o600


def test_a_rotated_secret_is_read_again_and_the_first_line_signs(secrets_dir: Path) -> None:
    signing.ensure_department_secrets(["ZJJ"])
    old, new = signing.department_secret("ZJJ"), signing.new_secret()
    (secrets_dir / "departments" / "ZJJ").write_text(f"{new}\n{old}\n")
    assert signing.department_secrets("ZJJ") == (new, old)
    assert signing.department_secret("ZJJ") == new


def test_secrets_may_come_from_the_environment(secrets_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = signing.new_secret(), signing.new_secret()
    monkeypatch.setenv("DAIBAN_DEPARTMENT_SECRET_ZJJ", f"{new} {old}")
    assert signing.department_secrets("ZJJ") == (new, old)

    monkeypatch.setenv("DAIBAN_DEPARTMENT_SECRET_ZJJ", "hunter2")
    with pytest.raises(SecretError, match="DAIBAN_DEPARTMENT_SECRET_ZJJ") as caught:
        signing.department_secrets("ZJJ")
    assert "hunter2" not in str(caught.value)


def test_every_active_secret_signs_so_that_the_receiver_may_have_either() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.sign((new, old), "msg-1", BODY)
    assert [signing.verify([each], headers, BODY) for each in (old, new)] == ["msg-1", "msg-1"]
    assert refusal([signing.new_secret()], headers) == SignatureReason.MISMATCH


@pytest.mark.parametrize("text", ["", "hunter2", "whsec_!!!", "whsec_c2hvcnQ="])
def test_an_unusable_secret_is_refused_without_being_shown(secrets_dir: Path, text: str) -> None:
    folder = secrets_dir / "departments"
    folder.mkdir()
    (folder / "ZJJ").write_text(text)
    with pytest.raises(SecretError, match="ZJJ") as caught:
        signing.department_secret("ZJJ")
    assert not text or text not in str(caught.value)

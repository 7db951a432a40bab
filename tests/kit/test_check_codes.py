"""A check code is short, forgiving to who types it, and nobody makes one without the secret."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import check_codes
from kit.settings import settings
from kit.signing import SecretError, new_secret


@pytest.fixture(autouse=True)
def secrets_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    settings.cache_clear()
    check_codes.ensure_check_code_secret()
    return tmp_path


@given(st.text())
def test_a_code_is_four_groups_without_letters_that_look_like_others(message: str) -> None:
    code = check_codes.check_code(message)

    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert set(code) - {"-"} <= set(check_codes.ALPHABET)
    assert not set(check_codes.ALPHABET) & set("ILOU")
    assert check_codes.is_ours(code, message)
    assert not check_codes.is_ours(code, message + " ")


@pytest.mark.parametrize(
    "typed", ["0k31-9QXD-0TRW-4HZE", "ok3i 9qxd otrw 4hze", "0K3L9QXDOTRW4HZE", "0K31-9QXD-0TRW-4HZE"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert check_codes.same(typed, "0K31-9QXD-0TRW-4HZE")


@pytest.mark.parametrize("typed", ["", "0K31", "0K31-9QXD-0TRW-4HZF", "0K31-9QXD-0TRW-4HZE0", "校验码", "\ud800"])
def test_another_code_is_another(typed: str) -> None:
    assert not check_codes.same(typed, "0K31-9QXD-0TRW-4HZE")


def test_codes_of_another_secret_are_not_ours() -> None:
    code = check_codes.check_code("m")
    check_codes.secret_path().write_text(new_secret())

    assert not check_codes.is_ours(code, "m")


def test_during_rotation_old_codes_stay_ours_and_new_ones_are_made_with_the_first_secret() -> None:
    old = check_codes.check_code("m")
    file = check_codes.secret_path()
    file.write_text(f"{new_secret()}\n{file.read_text()}")

    assert check_codes.check_code("m") != old
    assert check_codes.is_ours(old, "m")
    assert check_codes.is_ours(check_codes.check_code("m"), "m")


def test_the_secret_is_private_and_stays_the_same() -> None:
    code = check_codes.check_code("m")
    check_codes.ensure_check_code_secret()

    assert check_codes.check_code("m") == code
    assert stat.S_IMODE(check_codes.secret_path().stat().st_mode) == 0o600


def test_a_missing_secret_names_the_file() -> None:
    check_codes.secret_path().unlink()

    with pytest.raises(SecretError, match=str(check_codes.secret_path())):
        check_codes.check_code("m")

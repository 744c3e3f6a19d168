from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest

from router.model.response_token import read_token, response_token

INVITATION = "834474d6-0438-55ca-b027-6093e25d2696"
RESPOND_BY = datetime(2026, 3, 16, 11, 15, tzinfo=UTC)
SECRET = b"of the tests"
TOKEN = response_token(INVITATION, RESPOND_BY, SECRET)


def test_a_token_names_its_invitation() -> None:
    assert read_token(TOKEN, SECRET) == INVITATION


def test_a_token_is_the_same_whenever_it_is_made() -> None:
    assert response_token(INVITATION, RESPOND_BY, SECRET) == TOKEN


def test_a_token_fits_in_a_link() -> None:
    assert len(TOKEN) == 51
    assert TOKEN.replace("-", "").replace("_", "").isalnum()


def test_another_secret_names_nothing() -> None:
    assert read_token(TOKEN, b"another") is None


def test_no_byte_can_be_changed() -> None:
    raw = urlsafe_b64decode(TOKEN + "=")
    for index in range(len(raw)):
        forged = raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :]
        assert read_token(urlsafe_b64encode(forged).decode(), SECRET) is None


def test_the_token_of_another_invitation_differs() -> None:
    assert response_token(str(UUID(int=1)), RESPOND_BY, SECRET) != TOKEN


@pytest.mark.parametrize("token", ["", "a", "not a token", "é", "\0", TOKEN[:-4], TOKEN + "AAAA", "A" * 5000])
def test_what_is_no_token_names_nothing(token: str) -> None:
    assert read_token(token, SECRET) is None

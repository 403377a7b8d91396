"""Sealed texts: unreadable without their key, and the key can be changed."""

import pytest

from portal.core import sealing
from portal.core.config import Settings

OLD, NEW = "an-old-key-of-more-than-thirty-two-letters", "a-new-key-of-more-than-thirty-two-letters"


def sealer(keys: str) -> sealing.Sealer:
    return sealing.bank_details(Settings(BANK_DETAILS_KEYS=keys))


def test_what_is_sealed_shows_nothing_and_comes_back_whole():
    kept = sealer(OLD).seal("6222 0000 1234 户名")
    assert "6222" not in kept
    assert kept.isascii()
    assert kept != sealer(OLD).seal("6222 0000 1234 户名"), "equal details must not be seen to be equal"
    assert sealer(OLD).open(kept) == "6222 0000 1234 户名"


def test_while_a_key_is_rotated_both_open_and_the_first_seals():
    kept = sealer(OLD).seal("secret")
    both = sealer(f"{NEW}, {OLD}")
    assert both.open(kept) == "secret"
    assert sealer(NEW).open(both.renew(kept)) == "secret"
    assert sealer(NEW).open(both.seal("later")) == "later"


def test_without_its_key_or_once_altered_nothing_is_read():
    kept = sealer(OLD).seal("secret")
    with pytest.raises(sealing.Unreadable):
        sealer(NEW).open(kept)
    with pytest.raises(sealing.Unreadable):
        sealer(OLD).open(kept[:-4] + "AAA=")


def test_the_portal_does_not_start_on_a_key_that_can_be_guessed():
    wrong = Settings(BANK_DETAILS_KEYS=f"{NEW},short").problems()
    assert "BANK_DETAILS_KEYS: one is shorter than 32 characters" in wrong
    assert "BANK_DETAILS_KEYS: missing" in Settings().problems()

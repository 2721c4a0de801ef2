"""Whatever bytes come in, a reader gives clean text or refuses with a sentence: never another error, never a hang."""

from __future__ import annotations

import random

import pytest

from app import intake
from tests.infra.spoilt import SAMPLES, mutated
from workflows.errors import Refused

INPUTS = 120
"""Mutated inputs for each format; all of them are the same in every run."""


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_before_it_is_spoilt(name: str) -> None:
    assert "修路" in intake.text_of(name, SAMPLES[name])


def outcome(name: str, content: bytes) -> str | Refused:
    """The text, or the refusal; every other error is the test's to see."""
    try:
        return intake.text_of(name, content)
    except Refused as refusal:
        return refusal


@pytest.mark.parametrize("name", SAMPLES)
def test_spoilt_bytes_give_clean_text_or_a_refusal(name: str) -> None:
    chance = random.Random(f"intake {name}")
    outcomes = [outcome(name, mutated(SAMPLES[name], chance)) for _ in range(INPUTS)]
    for text in (found for found in outcomes if isinstance(found, str)):
        assert "\0" not in text
        assert text.encode("utf-8").strip()
    for refusal in (found for found in outcomes if isinstance(found, Refused)):
        assert refusal.code in {"unreadable", "too-large"}
        assert str(refusal).endswith("。")
    assert any(isinstance(found, str) for found in outcomes), "the mutations reach nothing behind the door"

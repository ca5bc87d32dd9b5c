"""Marks read out of files: whole, wherever they stand."""

import io

import pytest

from ai_studio.provenance import facts, marks

MARK = marks.Mark(facts.digest("a red mug"), "somebody", "model-1", facts.TRAINED)
PACKET = facts.packet(facts.of_model(prompt="a red mug", negative_prompt="", provider="somebody", model="model-1"))


@pytest.mark.parametrize("cut", range(0, len(PACKET) + 1, 25))
@pytest.mark.parametrize("behind", [b"", bytes(2 << 20)])
def test_a_mark_is_read_whole_wherever_a_part_of_the_file_ends(cut: int, behind: bytes) -> None:
    before = bytes((1 << 20) - cut)
    assert marks.find(io.BytesIO(before + PACKET + behind)) == MARK

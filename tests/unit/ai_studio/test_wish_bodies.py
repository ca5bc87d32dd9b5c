"""The shape of what clients send, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_studio.api.serializers.wishes import ParametersBody, WishBody, flat
from ai_studio.services.wish import Wish

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["type", "prompt", "negative_prompt", "provider", "model", "priority", "parameters", "other"]
PARAMETERS = ["quality", "aspect_ratio", "seed", "steps", "guidance", "duration_seconds", "extras"]


def valid(**fields):
    body = WishBody(data={"type": "IMAGE_2D", "prompt": "a mug", **fields})
    body.is_valid(raise_exception=True)
    return Wish(**flat(body.validated_data))


def test_the_shortest_wish():
    assert valid() == Wish(type="IMAGE_2D", prompt="a mug")


def test_parameters_stand_beside_the_other_fields():
    parameters = {"quality": "high", "seed": 0, "guidance": "7.5", "extras": {"a": [1]}}
    assert valid(priority=0, parameters=parameters) == Wish(
        type="IMAGE_2D",
        prompt="a mug",
        priority=0,
        quality="high",
        seed=0,
        guidance=Decimal("7.5"),
        extras={"a": [1]},
    )


def test_null_is_left_out():
    assert valid(model=None, provider=None, parameters={"seed": None, "steps": None}) == valid()


def test_spaces_around_a_prompt_do_not_count():
    assert valid(prompt="  a mug\n").prompt == "a mug"


@pytest.mark.parametrize("extras", [{"a": {"b": {"c": {"d": 1}}}}, {"a": [{"b": [1]}]}, {"a": [[[1]]]}])
def test_extras_may_nest_four_deep(extras):
    assert ParametersBody(data={"extras": extras}).is_valid()
    assert not ParametersBody(data={"extras": {"deeper": extras}}).is_valid()


@pytest.mark.parametrize(("size", "accepted"), [(8192 - 8, True), (8193 - 8, False)])
def test_extras_are_small(size, accepted):
    assert ParametersBody(data={"extras": {"a": "x" * (size - 1)}}).is_valid() is accepted


@given(st.dictionaries(st.sampled_from(FIELDS), anything) | anything)
def test_no_wish_is_more_than_refused(data):
    WishBody(data=data).is_valid()


@given(st.dictionaries(st.sampled_from(PARAMETERS), anything))
def test_no_parameters_are_more_than_refused(data):
    body = WishBody(data={"type": "IMAGE_2D", "prompt": "a mug", "parameters": data})
    if body.is_valid():
        Wish(**flat(body.validated_data))

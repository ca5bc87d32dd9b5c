from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from ai_studio import artifacts
from ai_studio.models import Artifact
from brands.errors import NotFound
from brands.signed_addresses import SignedAddresses, signed_until
from brands.tenancy.models import new_id

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def artifact():
    return Artifact(id=new_id(), brand_id=new_id())


def signed(artifact, at=NOW):
    query = parse_qs(urlsplit(artifacts.signed_url(artifact, at=at)).query)
    return {"expires": query["expires"][0], "signature": query["signature"][0]}


def check(artifact, *, at=NOW, **query):
    artifacts.ADDRESSES.check(brand_id=artifact.brand_id, pk=artifact.pk, at=at, **query)


def test_a_signature_opens_its_file_until_it_ends(artifact):
    query = signed(artifact)
    end = datetime.fromtimestamp(int(query["expires"]), UTC)
    check(artifact, **query)
    check(artifact, at=end - timedelta(seconds=1), **query)
    with pytest.raises(NotFound):
        check(artifact, at=end, **query)


@given(seconds=st.integers(0, 10**9))
def test_it_lives_for_a_half_to_a_whole_of_the_setting(seconds):
    at = datetime.fromtimestamp(seconds, UTC)
    with override_settings(SIGNED_URL_SECONDS=900):
        assert 450 < signed_until(at) - seconds <= 900


@pytest.mark.parametrize("setting", [1, 2, 3])
def test_even_the_shortest_setting_gives_an_address_that_lives(artifact, setting):
    with override_settings(SIGNED_URL_SECONDS=setting):
        check(artifact, **signed(artifact))


@given(expires=st.text(), signature=st.text())
def test_nothing_made_up_opens_a_file(expires, signature):
    with pytest.raises(NotFound):
        check(Artifact(id=new_id(), brand_id=new_id()), expires=expires, signature=signature)


def test_each_word_of_the_signature_counts(artifact):
    query = signed(artifact)
    for other in (
        Artifact(id=new_id(), brand_id=artifact.brand_id),
        Artifact(id=artifact.id, brand_id=new_id()),
    ):
        with pytest.raises(NotFound):
            check(other, **query)
    with pytest.raises(NotFound):
        check(artifact, **query | {"expires": str(int(query["expires"]) + 1)})


def test_addresses_outlive_a_change_of_the_secret_key(artifact, settings):
    query = signed(artifact)
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        check(artifact, **query)
    with override_settings(SECRET_KEY="another" * 10), pytest.raises(NotFound):
        check(artifact, **query)


def test_an_address_of_one_kind_of_file_opens_no_other(artifact):
    others = SignedAddresses(salt="another kind", route=artifacts.ADDRESSES.route)
    with pytest.raises(NotFound):
        others.check(brand_id=artifact.brand_id, pk=artifact.pk, at=NOW, **signed(artifact))


def test_an_address_for_a_guest_is_for_that_guest(artifact):
    url = artifacts.signed_url(artifact, at=NOW, guest=str(new_id()))
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    check(artifact, **query)
    for guest in ("", str(new_id())):
        with pytest.raises(NotFound):
            check(artifact, **query | {"guest": guest})

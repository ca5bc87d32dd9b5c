"""An address is read in one way only: whatever is let through, other parsers read alike."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from brands.egress import EgressRefused
from brands.egress.targets import Target, follow, read

# The letters that addresses are made of, those that parsers quarrel about, and a few that disappear or change.
LETTERS = "ab01x7f.:/?#@[]\\%-_ \t\r\n\x00;=&~\u00ad\u3002\uff0e\uff11①ß"
PIECES = st.sampled_from(
    ["https://", "http://", "127.0.0.1", "example.com", "[::1]", "[::ffff:7f00:1]", "0x7f.1", "2130706433", "user@",
     ":443", ":80", "//", "\\\\", "%2f", "%00", "..", "xn--", "localhost"]
)  # fmt: skip
URLS = st.lists(st.one_of(PIECES, st.text(LETTERS, max_size=4)), max_size=8).map("".join)


def read_or_none(url: str) -> Target | None:
    try:
        return read(url)
    except EgressRefused:
        return None


def agrees(url: str, target: Target) -> bool:
    """Whether the standard library's and urllib3's parsers find what ours found."""
    plain, other = urlsplit(url), parse_url(url)
    hosts = {str(plain.hostname), str(other.host).strip("[]")}
    if target.address is not None:
        hosts = {str(ip_address(host)) for host in hosts}
    ports = {plain.port or target.port, other.port or target.port}
    return (hosts, ports, {plain.username, other.auth}) == ({target.host}, {target.port}, {None})


@settings(max_examples=1500, deadline=None)
@given(st.one_of(URLS, URLS.map("https://".__add__)))
@example("https://example.com:443/a?b=c@127.0.0.1")
@example("https://[2001:DB8::1]:8443?x")
def test_what_is_read_is_what_others_read(url: str) -> None:
    target = read_or_none(url)
    if target is not None:
        assert agrees(url, target)
        assert read(target.url) == target


@settings(max_examples=500, deadline=None)
@given(st.text(LETTERS + "htps", max_size=30))
def test_a_redirect_is_read_or_refused_and_nothing_else(location: str) -> None:
    base = read("https://example.com/a/b?c")
    try:
        target = follow(base, location)
    except EgressRefused:
        return
    assert agrees(target.url, target)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("HTTPS://API.Example.COM", "https://api.example.com/"),
        ("https://api.example.com:443/x", "https://api.example.com/x"),
        ("https://api.example.com?a=b", "https://api.example.com/?a=b"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://1.2.3.4.example/%7e", "https://1.2.3.4.example/%7e"),
        ("http://comfy.internal:8188/view?x=/..", "http://comfy.internal:8188/view?x=/.."),
    ],
)
def test_a_good_address_is_read_as_it_is_meant(url: str, plain: str) -> None:
    assert read(url).url == plain


def test_a_redirect_may_be_relative() -> None:
    base = read("https://example.com/a/b?c")
    found = [follow(base, location).url for location in ("../d", "?e", "//other.example/f", "")]
    assert found == ["https://example.com/d", "https://example.com/a/b?e", "https://other.example/f", base.url]

"""``X-Forwarded-For`` is believed as far as proxies of the site have written it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from pytest_django import Settings

from newsreader.client_address import came_through_strangers, client_address, network_of

PROXY, OTHER_PROXY, CLIENT, MADE_UP = "10.0.0.1", "10.0.0.2", "203.0.113.9", "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (CLIENT, None, CLIENT),
        (CLIENT, MADE_UP, CLIENT),
        (PROXY, None, PROXY),
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{MADE_UP}, {CLIENT}", CLIENT),
        (PROXY, f"{MADE_UP}, {CLIENT}, {OTHER_PROXY}", CLIENT),
        (PROXY, f"{MADE_UP},not an address", PROXY),
        (PROXY, "", PROXY),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        ("", CLIENT, "0.0.0.0"),
    ],
)
def test_what_proxies_of_the_site_wrote_counts_and_nothing_before(
    rf: RequestFactory, settings: Settings, peer: str, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = rf.get("/", REMOTE_ADDR=peer, headers=headers)
    assert client_address(request) == address
    assert came_through_strangers(request) is (forwarded is not None and peer != PROXY)


def test_a_network_that_is_none_is_named(rf: RequestFactory, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/33"]
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        client_address(rf.get("/"))


def test_one_client_is_an_address_or_a_network_of_ipv6() -> None:
    assert network_of("2001:db8::1:2:3:4") == network_of("2001:db8::5:6:7:8") == "2001:db8::"
    assert network_of(CLIENT) == CLIENT

"""Who asks: the one answer to that for limits, logs and lists of networks."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, ``0.0.0.0`` if nobody knows it.

    ``X-Forwarded-For`` is believed as far as TRUSTED_PROXIES have written it: each appends the address that it has seen,
    and whatever stands before the first that is no proxy of ours may be made up.
    """
    address = str(request.META.get("REMOTE_ADDR") or UNKNOWN)
    seen = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    while is_proxy(address) and seen and _is_address(seen[-1]):
        address = seen.pop()
    return address


def came_through_strangers(request: HttpRequest) -> bool:
    """Return whether somebody passed the request on who is no proxy of ours, so that the client is not known."""
    peer = str(request.META.get("REMOTE_ADDR") or UNKNOWN)
    return "X-Forwarded-For" in request.headers and not is_proxy(peer)


def is_proxy(address: str) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def client_network(request: HttpRequest) -> str:
    return network_of(client_address(request))


def network_of(address: str) -> str:
    """Return what one client has: an IPv4 address, or the first 64 bits of an IPv6 address."""
    if not _is_address(address):
        return UNKNOWN
    parsed = ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return ip_network((parsed, 64), strict=False).network_address.compressed


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each) for each in texts)
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from None

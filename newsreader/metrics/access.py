"""Who may see the figures."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare


class Access:
    """The networks in ``METRICS_ALLOWED`` and whoever knows ``METRICS_TOKEN``."""

    def __init__(self) -> None:
        self.token = settings.METRICS_TOKEN
        try:
            self.networks = [ip_network(each) for each in settings.METRICS_ALLOWED]
        except ValueError as error:
            raise ImproperlyConfigured(f"METRICS_ALLOWED: {error}") from None

    @property
    def is_configured(self) -> bool:
        return bool(self.token or self.networks)

    def permits(self, request: HttpRequest) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.token and scheme.lower() == "bearer" and constant_time_compare(token.strip(), self.token):
            return True
        try:
            address = ip_address(_address_of(request))
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def _address_of(request: HttpRequest) -> str:
    """Return the address of the client; empty if a proxy that is not known to be ours has passed the request on."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For")
    if forwarded is None:
        return peer
    # The proxy appends the address that it has seen; whatever is before that may be made up.
    return forwarded.rpartition(",")[2].strip() if settings.SECURE_PROXY_SSL_HEADER else ""

"""Who may see the figures."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from newsreader.client_address import came_through_strangers, client_address


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
        if came_through_strangers(request):
            return False
        try:
            address = ip_address(client_address(request))
        except ValueError:
            return False
        return any(address in network for network in self.networks)

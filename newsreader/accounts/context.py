"""What the desk's frame needs on pages of accounts, which are no views of the admin site."""

from ipaddress import ip_address
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsreader.accounts.second_factor import lacks_second_factor

PAGES = ("/admin/account/", "/admin/login/", "/admin/logout/")


def desk(request: HttpRequest) -> dict[str, Any]:
    # Pages for errors are also rendered before anybody has looked who asks.
    if not request.path_info.startswith(PAGES) or not hasattr(request, "user"):
        return {}
    account = {"lacks_second_factor": lacks_second_factor(request), "has_no_name": _is_number(request.get_host())}
    return admin.site.each_context(request) | {"is_nav_sidebar_enabled": False, "account": account}


def _is_number(host: str) -> bool:
    """Return whether a host is an address of the network, for which browsers make no passkeys."""
    try:
        ip_address(host.rpartition(":")[0].strip("[]") if host[-1].isdigit() and ":" in host else host.strip("[]"))
    except ValueError:
        return False
    return True

"""What hubs are sent: the addresses of feeds that have changed.

Hubs take it as in PubSubHubbub 0.4 (https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html), as WebSub
leaves it to them how publishers tell them.
"""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

TIMEOUT = urllib3.Timeout(connect=3, read=10)  # seconds
AT_ONCE = 100  # addresses in a request


class HubError(Exception):
    """A hub cannot be reached, or refuses; the message says which one and why."""


def tell(hub: str, paths: Sequence[str]) -> None:
    """Tell a hub that the feeds at some paths have changed. Raise HubError if it cannot be told."""
    host = urlsplit(hub).hostname
    with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
        for start in range(0, len(paths), AT_ONCE):
            try:
                response = pool.request(
                    "POST",
                    hub,
                    body=_form(paths[start : start + AT_ONCE]),
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                    redirect=False,
                )
            except HTTPError as error:
                raise HubError(f"{host}: {type(error).__name__}") from None
            if not 200 <= response.status < 300:
                raise HubError(f"{host}: HTTP status {response.status}")


def _form(paths: Sequence[str]) -> str:
    return urlencode([("hub.mode", "publish"), *(("hub.url", f"{settings.SITE_URL}{path}") for path in paths)])

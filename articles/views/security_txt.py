"""security.txt: who to tell of a weakness of this site (RFC 9116)."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# The RFC advises less than a year.
VALID_FOR = dt.timedelta(days=180)


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Name the contacts of SECURITY_CONTACT, valid for half a year from today; answer 404 without any."""
    if not settings.SECURITY_CONTACTS:
        raise Http404("no SECURITY_CONTACT")
    expires = timezone.now().astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0) + VALID_FOR
    languages = dict.fromkeys([settings.LANGUAGE_CODE, "en"])
    lines = [
        *(f"Contact: {each}" for each in settings.SECURITY_CONTACTS),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

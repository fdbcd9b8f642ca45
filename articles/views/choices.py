"""What readers choose for themselves."""

from dataclasses import replace
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles.choices import VIEWS, choices_of, remember


@csrf_exempt  # pages that anyone's cache may hold carry no token; only a form of this site may post
@require_POST
def remember_view(request: HttpRequest) -> HttpResponse:
    """Keep whether topics fold stories as the reader's choice, and go back."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not _is_own_origin(request):
        raise PermissionDenied
    view, back = request.POST.get("view", ""), request.POST.get("next", "")
    if view not in VIEWS:
        return HttpResponseBadRequest("view: articles or stories")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    response = redirect(back if own else "/")
    remember(response, replace(choices_of(request), view=view), request.is_secure())
    return response


def _is_own_origin(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()

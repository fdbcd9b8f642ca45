"""The description of the API, for programs and for people."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.distribution.api.service import description
from articles.distribution.responses import shared
from articles.pages.cached import cached_page
from articles.pages.shown import CATALOGUE, shows


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI document."""
    return shared(JsonResponse(description(), content_type="application/vnd.oai.openapi+json;version=3.1"))


@cached_page()
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show the endpoints with their parameters."""
    shows(CATALOGUE)  # the masthead has topics
    document = description()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document["paths"].items():
        for operation in methods.values():
            groups.setdefault(operation["tags"][0], []).append(operation | {"address": address})
    context = {
        "groups": groups,
        "canonical_url": request.build_absolute_uri(request.path),
        "limit": settings.API_RATE_LIMIT,
    }
    return render(request, "articles/api_guide.html", context)

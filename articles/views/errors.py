"""Answers when something broke."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke, without database, session or context processors."""
    return HttpResponse(render_to_string("500.html"), status=500)

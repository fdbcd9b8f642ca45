"""The site's addresses, one that breaks, and what pages include that are not there yet."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from newsreader.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


DEVICE = """{% extends "base.html" %}
{% block title %}Device{% endblock %}
{% block content %}<h1>Device</h1>{% include "includes/device_settings.html" %}{% endblock %}"""


def device(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(DEVICE).render({}, request))


urlpatterns = [path("broken/", broken), path("device/", device), *urlpatterns]

"""The constant response that pages are compared with: a plain Django view that returns given bytes, in the same server.

Its settings, addresses and application are all in here. READY_ANSWERS names a folder with a file for each answer, a JSON
object of headers and the name of a file with the body.
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(SECRET_KEY="ready", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="bench.ready", MIDDLEWARE=[])

FOLDER = Path(os.environ.get("READY_ANSWERS", ""))
ANSWERS = {
    each.stem: (json.loads(each.read_text(encoding="utf-8")), each.with_suffix(".body").read_bytes())
    for each in FOLDER.glob("*.json")
}


def ready(request: HttpRequest, name: str) -> HttpResponse:
    headers, body = ANSWERS[name]
    return HttpResponse(body, headers=headers)


urlpatterns = [
    path("readyz", lambda request: HttpResponse("ready")),
    path("ready/<str:name>/", ready),
]

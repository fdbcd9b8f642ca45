"""Readers with choices."""

import datetime as dt

from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from articles.preferences.choices import COOKIE, NONE, SALT, Choices, decode, remember
from tests.support.factories import TIME

VISIT = TIME - dt.timedelta(hours=1)
NOW = 1_700_000_000
EVERYTHING = Choices(
    view="stories",
    followed_topics=("ai", "日本"),
    followed_stories=("7", "12"),
    followed_threads=("3",),
    muted_topics=("noise",),
    muted_providers=("loud.example", "b.example"),
    min_quality=40,
    hide_wires=True,
    hide_vendors=True,
    images=False,
    density="compact",
    text_size="large",
    language="en",
    time_zone="Asia/Kolkata",
    mark_new=True,
    last_visit=NOW - 9000,
    seen=NOW,
)


def choose(client: Client, choices: Choices) -> None:
    """Give the client a browser's cookie with these choices."""
    response = HttpResponse()
    remember(response, choices, is_secure=False)
    client.cookies[COOKIE] = response.cookies[COOKIE].value


def chosen(client: Client) -> Choices:
    """Return the choices in the client's cookie."""
    text = client.cookies[COOKIE].value if COOKIE in client.cookies else ""
    return decode(signing.loads(text, salt=SALT)) if text else NONE


def back_from(visit: dt.datetime) -> Choices:
    return Choices(mark_new=True, last_visit=int(visit.timestamp()), seen=int(timezone.now().timestamp()))

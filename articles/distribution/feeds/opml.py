"""Lists of feeds in OPML 2.0, which feed readers import as subscriptions. https://opml.org/spec2.opml"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, override
from django.views.decorators.http import require_safe

from articles.distribution.responses import shared
from articles.distribution.xml import clean
from articles.listings import listed_counts
from articles.models import Provider, Topic
from articles.pages.cached import cached_page
from articles.pages.shown import CATALOGUE, LISTINGS, shows
from articles.pages.topic_tree import all_topics
from articles.preferences.choices import choices_of
from articles.preferences.followed import followed_by
from articles.text.rendering import plain_text

TYPE = "text/x-opml; charset=utf-8"
Subscription = tuple[str, str, str]  # name, path of the feed, path of the page


@cached_page()
@require_safe
def topics_opml(request: HttpRequest) -> HttpResponse:
    shows(LISTINGS, CATALOGUE)
    counts = listed_counts("topic")
    topics = [_topic(topic) for topic in all_topics() if counts.get(topic.pk)]
    return _answer(request, gettext_noop("Topics of %s"), topics)


@cached_page()
@require_safe
def providers_opml(request: HttpRequest) -> HttpResponse:
    shows(LISTINGS, CATALOGUE)
    counts = listed_counts("provider")
    rows = Provider.objects.order_by("name", "domain").values_list("pk", "name", "domain")
    found = [
        (plain_text(name) or domain, reverse("provider_feed", args=[domain, "rss"]), reverse("provider", args=[domain]))
        for pk, name, domain in rows
        if counts.get(pk)
    ]
    return _answer(request, gettext_noop("Providers of %s"), found)


@require_safe
def followed_opml(request: HttpRequest) -> HttpResponse:
    """List the feeds of the topics, stories and threads that the reader follows."""
    choices, by_slug = choices_of(request), {topic.slug: topic for topic in all_topics()}
    topics = [_topic(by_slug[slug]) for slug in choices.followed_topics if slug in by_slug]
    others = [(each.title, f"{each.url}feed.rss", each.url) for each in followed_by(choices, None)]
    response = _answer(request, gettext_noop("What you follow on %s"), [*topics, *others])
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"
    return response


def _topic(topic: Topic) -> Subscription:
    return plain_text(topic.name), reverse("topic_feed", args=[topic.slug, "rss"]), topic.get_absolute_url()


def _answer(request: HttpRequest, title: str, subscriptions: Iterable[Subscription]) -> HttpResponse:
    root = ET.Element("opml", version="2.0")
    with override(settings.LANGUAGE_CODE):
        ET.SubElement(ET.SubElement(root, "head"), "title").text = clean(gettext(title) % settings.SITE_NAME)
    body = ET.SubElement(root, "body")
    for name, feed, page in subscriptions:
        urls = {"xmlUrl": request.build_absolute_uri(feed), "htmlUrl": request.build_absolute_uri(page)}
        ET.SubElement(body, "outline", {"type": "rss", "text": clean(name), "title": clean(name), **urls})
    return shared(HttpResponse(ET.tostring(root, encoding="utf-8", xml_declaration=True), content_type=TYPE))

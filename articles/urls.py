from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from articles.content.yaml.characters import SLUG_PATTERN
from articles.distribution.feeds.opml import followed_opml, providers_opml, topics_opml
from articles.distribution.feeds.views import (
    combined_feed,
    front_feed,
    latest_feed,
    month_feed,
    provider_feed,
    search_feed,
    story_feed_view,
    thread_feed_view,
    topic_feed,
)
from articles.views.about import ranking
from articles.views.archive import archive, archive_month
from articles.views.articles import article
from articles.views.catch_up import catch_up
from articles.views.choices import change, choose, export, forget, import_choices
from articles.views.feeds import feeds
from articles.views.front import front
from articles.views.media import media
from articles.views.previews import preview
from articles.views.providers import provider, provider_list
from articles.views.pwa import favicon, manifest, offline, worker
from articles.views.robots import robots
from articles.views.saved import saved
from articles.views.search import opensearch, search, suggest
from articles.views.security_txt import security_txt
from articles.views.stories import story
from articles.views.story_lists import story_list
from articles.views.thread_lists import thread_list
from articles.views.threads import thread
from articles.views.topics import topic, topic_list


class DigitsConverter:
    """A number written with a fixed count of digits, so that a day has one address."""

    regex = ""

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: str) -> str:
        return value


class FourDigits(DigitsConverter):
    regex = "[0-9]{4}"


class TwoDigits(DigitsConverter):
    regex = "[0-9]{2}"


class UnicodeSlug(StringConverter):
    """Letters, marks and digits of any script, hyphens and underscores."""

    regex = SLUG_PATTERN


register_converter(FourDigits, "four")
register_converter(TwoDigits, "two")


class FeedFormat(StringConverter):
    regex = "rss|atom|json"


register_converter(UnicodeSlug, "uslug")
register_converter(FeedFormat, "feed")

urlpatterns = [
    path("", front, name="front"),
    path("topics/", topic_list, name="topic_list"),
    path("topics/<uslug:slug>/", topic, name="topic"),
    path("providers/", provider_list, name="provider_list"),
    path("providers/<str:domain>/", provider, name="provider"),
    path("archive/", archive, name="archive"),
    path("archive/<four:year>/<two:month>/", archive_month, name="archive_month"),
    path("<four:year>/<two:month>/<two:day>/<uslug:slug>/", article, name="article"),
    path("stories/", story_list, name="story_list"),
    path("catch-up/", catch_up, name="catch_up"),
    path("stories/<int:pk>/", story, name="story_by_number"),
    path("stories/<int:pk>-<uslug:slug>/", story, name="story"),
    path("threads/", thread_list, name="thread_list"),
    path("threads/<int:pk>/", thread, name="thread_by_number"),
    path("threads/<int:pk>-<uslug:slug>/", thread, name="thread"),
    path("feeds/", feeds, name="feeds"),
    path("feeds/front.<feed:form>", front_feed, name="front_feed"),
    path("feeds/latest.<feed:form>", latest_feed, name="latest_feed"),
    path("feeds/combined.<feed:form>", combined_feed, name="combined_feed"),
    path("feeds/topics.opml", topics_opml, name="topics_opml"),
    path("feeds/providers.opml", providers_opml, name="providers_opml"),
    path("feeds/followed.opml", followed_opml, name="followed_opml"),
    path("topics/<uslug:slug>/feed.<feed:form>", topic_feed, name="topic_feed"),
    path("providers/<str:domain>/feed.<feed:form>", provider_feed, name="provider_feed"),
    path("archive/<four:year>/<two:month>/feed.<feed:form>", month_feed, name="month_feed"),
    path("stories/<int:pk>/feed.<feed:form>", story_feed_view, name="story_feed_by_number"),
    path("stories/<int:pk>-<uslug:slug>/feed.<feed:form>", story_feed_view, name="story_feed"),
    path("threads/<int:pk>/feed.<feed:form>", thread_feed_view, name="thread_feed_by_number"),
    path("threads/<int:pk>-<uslug:slug>/feed.<feed:form>", thread_feed_view, name="thread_feed"),
    path("search/feed.<feed:form>", search_feed, name="search_feed"),
    path("about/ranking/", ranking, name="ranking"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("opensearch.xml", opensearch, name="opensearch"),
    path("", include("articles.distribution.urls")),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("settings/", choose, name="settings"),
    path("settings/change/", change, name="change"),
    path("settings/choices.json", export, name="export_choices"),
    path("settings/import/", import_choices, name="import_choices"),
    path("settings/forget/", forget, name="forget_choices"),
    path("preview/<str:token>/", preview, name="preview"),
    path("media/<path:path>", media, name="media"),
    path("saved/", saved, name="saved"),
    path("offline/", offline, name="offline"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", worker, name="worker"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("articles.distribution.api.urls")),
]

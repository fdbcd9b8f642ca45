from django.urls import path, register_converter
from django.urls.converters import StringConverter

from articles.views.about import ranking
from articles.views.archive import archive, archive_month
from articles.views.articles import article
from articles.views.choices import remember_view
from articles.views.front import front
from articles.views.media import media
from articles.views.previews import preview
from articles.views.providers import provider, provider_list
from articles.views.stories import story
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
    """Letters of any script, digits, hyphens and underscores."""

    regex = r"[-\w]+"


register_converter(FourDigits, "four")
register_converter(TwoDigits, "two")
register_converter(UnicodeSlug, "uslug")

urlpatterns = [
    path("", front, name="front"),
    path("topics/", topic_list, name="topic_list"),
    path("topics/<uslug:slug>/", topic, name="topic"),
    path("providers/", provider_list, name="provider_list"),
    path("providers/<str:domain>/", provider, name="provider"),
    path("archive/", archive, name="archive"),
    path("archive/<four:year>/<two:month>/", archive_month, name="archive_month"),
    path("<four:year>/<two:month>/<two:day>/<uslug:slug>/", article, name="article"),
    path("stories/<int:pk>/", story, name="story_by_number"),
    path("stories/<int:pk>-<uslug:slug>/", story, name="story"),
    path("about/ranking/", ranking, name="ranking"),
    path("settings/view/", remember_view, name="remember_view"),
    path("preview/<str:token>/", preview, name="preview"),
    path("media/<path:path>", media, name="media"),
]

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from articles import views


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
    path("", views.front, name="front"),
    path("topics/", views.topic_list, name="topic_list"),
    path("topics/<uslug:slug>/", views.topic, name="topic"),
    path("providers/", views.provider_list, name="provider_list"),
    path("providers/<str:domain>/", views.provider, name="provider"),
    path("archive/", views.archive, name="archive"),
    path("archive/<four:year>/<two:month>/", views.archive_month, name="archive_month"),
    path("<four:year>/<two:month>/<two:day>/<uslug:slug>/", views.article, name="article"),
    path("stories/<int:pk>/", views.story, name="story_by_number"),
    path("stories/<int:pk>-<uslug:slug>/", views.story, name="story"),
    path("about/ranking/", views.ranking, name="ranking"),
    path("settings/view/", views.remember_view, name="remember_view"),
    path("media/<path:path>", views.media, name="media"),
]

"""The addresses of what the site offers to search engines, feed readers and other sites."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter

from articles.distribution.cards.views import card
from articles.distribution.embeds import views as embeds
from articles.distribution.markdown import views as markdown
from articles.distribution.sitemaps import views as sitemaps


class PartNumber(IntConverter):
    """The number of one of several files, from 1."""

    regex = "[1-9][0-9]{0,8}"


class SubjectKind(StringConverter):
    """What a card or an embedded page is about."""

    regex = "article|story|topic"


register_converter(SubjectKind, "kind")
register_converter(PartNumber, "part")

urlpatterns = [
    path("cards/<kind:kind>-<int:pk>-<slug:digest>.png", card, name="social_card"),
    path("embed/<kind:kind>/<int:pk>/", embeds.embed, name="embed"),
    path("oembed", embeds.answer, name="oembed"),
    path("llms.txt", markdown.guide, name="llms"),
    path("<four:year>/<two:month>/<two:day>/<uslug:slug>.md", markdown.article, name="article_markdown"),
    path("stories/<int:pk>-<uslug:slug>.md", markdown.story, name="story_markdown"),
    path("threads/<int:pk>-<uslug:slug>.md", markdown.thread, name="thread_markdown"),
    path("topics/<uslug:slug>.md", markdown.topic, name="topic_markdown"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemaps/providers.xml", sitemaps.providers, name="sitemap_providers"),
    path("sitemaps/providers-<part:part>.xml", sitemaps.providers, name="sitemap_providers"),
    path("sitemaps/stories-<part:part>.xml", sitemaps.stories, name="sitemap_stories"),
    path("sitemaps/threads-<part:part>.xml", sitemaps.threads, name="sitemap_threads"),
    path("sitemaps/news.xml", sitemaps.recent, name="sitemap_news"),
    path("sitemaps/news-<part:part>.xml", sitemaps.recent, name="sitemap_news"),
    path("sitemaps/<four:year>-<two:month>.xml", sitemaps.month, name="sitemap_month"),
    path("sitemaps/<four:year>-<two:month>-<part:part>.xml", sitemaps.month, name="sitemap_month"),
]

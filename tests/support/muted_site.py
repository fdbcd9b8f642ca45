"""A site where everything is about one story, for readers who hide some of it."""

from dataclasses import dataclass

from django.test import Client

from articles.changes import stories_at_the_end
from articles.models import Article, Provider, RelatedLink, Story
from articles.preferences.choices import Choices
from articles.stories import update_marked_stories
from tests.support.factories import make_article, make_provider, make_reference, make_topic

LOUD, WIRE, VENDOR, QUIET = "Loudmouth", "Wirefeed", "Vendorly", "Quietpaper"
MUTED = Choices(muted_providers=("loud.example",))


@dataclass(frozen=True)
class Site:
    """A site where everything is about one story, told by four providers, and a page of each type."""

    story: Story
    lead: Article
    pages: list[str]


@stories_at_the_end()
def make_site() -> Site:
    """Make a site whose pages all name the provider Loudmouth, in cards, related links, lines and drawings."""
    topic, other = make_topic("AI"), make_topic("Noise")
    providers = {
        LOUD: make_provider("loud.example", name=LOUD),
        WIRE: make_provider("wire.example", name=WIRE, kind=Provider.Kind.WIRE),
        VENDOR: make_provider("vendor.example", name=VENDOR, kind=Provider.Kind.VENDOR),
        QUIET: make_provider("quiet.example", name=QUIET),
    }
    told = {
        name: make_article(
            [topic, *([other] if name == LOUD else [])],
            title=f"{name} tells it",
            provider=provider,
            quality=80 - 20 * index,
            heat=90 if name == QUIET else 10,
            web_url=f"https://{provider.domain}/told",
        )
        for index, (name, provider) in enumerate(providers.items())
    }
    alone = [make_article([topic], title=f"{name} alone", provider=provider) for name, provider in providers.items()]
    reference = make_reference(title=f"{LOUD} refers", provider=providers[LOUD], quality=50)
    for article in (*told.values(), alone[3]):
        if article is not told[QUIET]:
            RelatedLink.objects.create(article=told[QUIET], target=article, position=0)
    RelatedLink.objects.create(article=told[QUIET], target=reference, position=9)
    update_marked_stories()
    story = Story.objects.get(members=told[QUIET].pk)
    pages = [
        "/",
        "/topics/ai/",
        "/topics/ai/?view=stories",
        "/providers/quiet.example/",
        "/archive/2023/09/",
        told[QUIET].get_absolute_url(),
        story.get_absolute_url(),
        f"{story.get_absolute_url()}?by=time",
        f"{story.get_absolute_url()}?by=quality",
    ]
    return Site(story, told[QUIET], pages)


def html_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()

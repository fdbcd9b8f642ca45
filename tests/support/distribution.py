"""What the site offers to search engines and other sites, as they get it."""

import re

from django.db.models import Model
from django.test import Client

from articles.models import Article, Story, Topic
from articles.pages.social import card_url
from articles.text.rendering import plain_text
from tests.support.reader_pages import addresses

HOST = "http://testserver"
LOC = re.compile(r"<loc>([^<]*)</loc>")
BLOCK = re.compile(
    r'<script type="application/ld\+json">.*?</script>|<meta (?:property|name)="(?:og|twitter):.*?>', re.DOTALL
)


def offered(client: Client) -> str:
    """Return all that is told to others: sitemaps, structured data and previews of all pages, and cards that there are."""
    index = client.get("/sitemap.xml").content.decode()
    paths = {
        "/robots.txt",
        "/llms.txt",
        "/sitemaps/news.xml",
        *(path.removeprefix(HOST) for path in LOC.findall(index)),
    }
    found = [index, *(client.get(path).content.decode() for path in sorted(paths))]
    for url in filter(is_page, addresses()):
        response = client.get(url)
        found += BLOCK.findall(response.content.decode())
        if "?" not in url and (written := client.get(f"/{url.strip('/')}.md")).status_code == 200:
            found.append(written.content.decode())
        if url.startswith(("/topics/", "/stories/", "/2")) and "?" not in url:
            found.append(client.get("/oembed", {"url": f"{HOST}{url}"}).content.decode())
    found += [client.get(path).content.decode() for path in embeds()]
    cards = [path for path in _cards() if client.get(path).status_code == 200]
    return "\n".join([*found, *cards])


def is_page(url: str) -> bool:
    """Return whether an address is that of a page in HTML: neither feeds nor the API have blocks of data or previews."""
    path = url.partition("?")[0]
    return path.endswith("/") and not path.startswith("/api/")


def embeds() -> list[str]:
    """Return the addresses of the embedded pages of all articles and topics. Stories have unlisted accounts, as links."""
    kinds: dict[str, type[Model]] = {"article": Article, "topic": Topic}
    return [f"/embed/{kind}/{pk}/" for kind, model in kinds.items() for pk in ids_of(model)]


def ids_of(model: type[Model]) -> list[int]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def _cards() -> list[str]:
    articles = Article.objects.values_list("pk", "title", "provider__name")
    stories = Story.objects.filter(lead__isnull=False).values_list("pk", "lead__title", "lead__provider__name")
    kinds = (("article", articles), ("story", stories))
    return [
        f"{card_url(kind, pk, plain_text(title), plain_text(name))}#{title}"
        for kind, rows in kinds
        for pk, title, name in rows
    ]

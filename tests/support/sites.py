"""The made-up sites of other tools, and what readers see of them."""

from collections.abc import Iterator

from articles.models import Article
from tests.support.checking import PROJECT

SITES = PROJECT / "tests" / "sites"
NAMES = ("jekyll", "hugo", "eleventy", "astro", "decap")


def described() -> Iterator[str]:
    """Yield a line for each article, with all that a reader sees of it."""
    for article in Article.objects.order_by("date", "slug").select_related("provider"):
        yield f"{article.get_absolute_url()} {article.title}"
        topics = article.topic_links.order_by("position").values_list("topic__name", flat=True)
        values = {
            "at": f"{article.published_date_time:%Y-%m-%d %H:%M:%SZ}",
            "by": f"{article.provider.name} ({article.provider.domain})",
            "link": article.source_url,
            "about": article.excerpt.replace("\n", " / "),
            "topics": ", ".join(topics),
            "images": ", ".join(f"{each['url']} {article.own_images.get(each['url'], '')}" for each in article.images),
            "was": ", ".join(sorted(article.aliases.values_list("path", flat=True))),
            "unlisted": "" if article.published else "yes",
        }
        yield from (f"    {key}: {value}" for key, value in values.items() if value)

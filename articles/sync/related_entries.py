"""The values of entries of related lists, and the articles that addresses lead to."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from articles.content.domains import host_of
from articles.content.identity import site_address
from articles.content.three_way_merge import apply_difference
from articles.models import Article, ArticleAlias, RelatedEntry
from articles.sync.field_values import (
    entry_values,
)


def values_of_entry(entry: RelatedEntry) -> dict[str, Any]:
    """Return the plain values of an entry as in its files."""
    return apply_difference(entry_values(entry.target), entry.differences)


def holders(addresses: Collection[str]) -> dict[str, int]:
    """Return the id of the article, or else the reference, that each known address leads to.

    If several articles have an address, it leads to the one that has it as ``webUrl``, and then to the first by path.
    """
    found: dict[str, tuple[bool, bool, str, int]] = {}
    wanted = set(addresses)
    if wanted:
        rows = Article.objects.filter(Q(web_url__among=wanted) | Q(original_url__among=wanted), is_draft=False)
        columns = ("id", "web_url", "original_url", "is_reference", "source_path")
        for pk, web_url, original_url, is_reference, path in rows.order_by().values_list(*columns):
            for address in {web_url, original_url} & wanted:
                rank = (is_reference, address != web_url, path or "", pk)
                found[address] = min(found.get(address, rank), rank)
    known = {address: rank[-1] for address, rank in found.items()}
    return known | own_holders({address for address in wanted if address not in found or found[address][0]})


def own_holders(addresses: Collection[str]) -> dict[str, int]:
    """Return the ids of the articles of the site itself that these addresses of its pages, or their old ones, lead to."""
    by_domain = {address: host_of(address) for address in addresses if address.startswith("https://")}
    own = Article.objects.filter(web_url="", original_url="", is_reference=False, is_draft=False)
    # Nearly all sites have none.
    domains = set(own.order_by().values_list("provider__domain", flat=True).distinct()) if by_domain else set()
    paths = {f"/{address.split('/', 3)[-1]}": address for address, host in by_domain.items() if host in domains}
    if not paths:
        return {}
    found: dict[str, int] = {}
    spelled = {each for path in paths for each in (path, path.rstrip("/"), f"{path.rstrip('/')}/")}
    rows = ArticleAlias.objects.filter(path__among=spelled, article__in=own.values("pk"))
    known = {
        path.rstrip("/"): (pk, domain)
        for path, pk, domain in rows.values_list("path", "article_id", "article__provider__domain")
    }
    places = {place: path for path in paths if (place := site_address(f"{path.rstrip('/')}/"))}
    pages = own.filter(date__among={date for date, _ in places}) if places else own.none()
    for pk, date, slug, domain in pages.values_list("pk", "date", "slug", "provider__domain"):
        if date and (path := places.get((date, slug))):
            known[path.rstrip("/")] = (pk, domain)
    for path, address in paths.items():
        pk, domain = known.get(path.rstrip("/"), (0, ""))
        if pk and domain == by_domain[address]:
            found[address] = pk
    return found

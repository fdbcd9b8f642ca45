"""Response headers by which shared caches purge pages, and that say how long they may keep them."""

from collections.abc import Collection

from articles.pages.shown import ANYTHING

# All pages have this tag: to purge it empties a cache of them.
EVERY_PAGE = "page"
# What Fastly and Cloudflare read of one header.
MAX_BYTES = 16_000
# For how long a page may be wrong in a cache that a purge did not reach.
MAX_SECONDS = 300


def tag_headers(tags: Collection[str]) -> dict[str, str]:
    """Return the headers with a page's tags, for Fastly and Varnish (``Surrogate-Key``) and Cloudflare (``Cache-Tag``).

    A page with more tags than fit is purged with any change.
    """
    names = [EVERY_PAGE, *sorted(tags)]
    if sum(map(len, names)) + len(names) > MAX_BYTES:
        names = [EVERY_PAGE, ANYTHING]
    return {"Surrogate-Key": " ".join(names), "Cache-Tag": ",".join(names)}


def age_headers(seconds: int) -> dict[str, str]:
    """Return the headers that let caches with purges keep a page longer than ``s-maxage`` lets others.

    ``seconds`` are those until the page changes with time; a purge may get lost, so that ``MAX_SECONDS`` is the most.
    """
    seconds = min(seconds, MAX_SECONDS)
    return {"Surrogate-Control": f"max-age={seconds}", "CDN-Cache-Control": f"max-age={seconds}"}

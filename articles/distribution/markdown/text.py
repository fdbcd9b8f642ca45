"""Pages written as Markdown; addresses in it are full ones."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from articles.pages.cards import Card, RelatedItem
from articles.pages.threads import ThreadStory

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!])")


def plain(text: str) -> str:
    """Return text so that nothing in it is markup."""
    return _MARKUP.sub(r"\\\1", text)


def link(name: str, url: str) -> str:
    return f"[{plain(name)}](<{url}>)"


def article(base: str, card: Card, body: str) -> str:
    """Return an article with the text of its file, which is Markdown."""
    facts = f"{plain(card.provider.name)}, {card.published_date_time:%Y-%m-%d %H:%M} UTC"
    facts += f": <{card.source_url}>" if card.source_url else ""
    topics = ", ".join(link(topic.name, urljoin(base, topic.url)) for topic in card.topics)
    return _joined(f"# {plain(card.title)}", facts, topics, plain(card.excerpt), body.strip())


def listing(base: str, name: str, description: str, cards: Sequence[Card], next_url: str) -> str:
    """Return one page of a list of articles, with the address of the next, if there is one."""
    lines = "\n".join(_line(base, card) for card in cards)
    return _joined(f"# {plain(name)}", plain(description), lines, _next(base, next_url))


def story(base: str, card: Card, accounts: Iterable[RelatedItem]) -> str:
    """Return a story: its lead, and its accounts that have a page here."""
    lines = [
        f"- {each.published_date_time:%Y-%m-%d} {link(each.title, urljoin(base, each.url))}, {plain(each.provider_name)}"
        for each in accounts
        if not each.is_external
    ]
    return _joined(f"# {plain(card.title)}", plain(card.excerpt), "\n".join(lines))


def thread(base: str, name: str, stories: Iterable[ThreadStory], next_url: str) -> str:
    """Return one page of a thread: its stories that have a page here, newest first."""
    lines = [
        f"- {each.item.published_date_time:%Y-%m-%d} {link(each.item.title, urljoin(base, each.url))},"
        f" {plain(each.item.provider_name)}"
        for each in stories
    ]
    return _joined(f"# {plain(name)}", "\n".join(lines), _next(base, next_url))


def guide(base: str, site_name: str, tagline: str, topics: Iterable[tuple[str, str]]) -> str:
    """Return the site's ``llms.txt`` (https://llmstxt.org); ``topics`` has names and addresses of their Markdown."""
    lines = "\n".join(f"- {link(name, urljoin(base, url))}" for name, url in topics)
    how = "Each article, story, thread and topic is Markdown at its address with `.md` in place of the last slash."
    sitemap = f"- {link('Sitemap', f'{base}/sitemap.xml')}: all pages, with the time of their last change"
    return _joined(
        f"# {plain(site_name)}",
        f"> {plain(tagline)}" if tagline else "",
        how,
        "## Topics",
        lines,
        "## Optional",
        sitemap,
    )


def _line(base: str, card: Card) -> str:
    text = f"- {card.published_date_time:%Y-%m-%d} {link(card.title, urljoin(base, card.url))}, {plain(card.provider.name)}"
    return f"{text}: {plain(card.excerpt)}" if card.excerpt else text


def _next(base: str, url: str) -> str:
    return f"Next: <{urljoin(base, url)}>" if url else ""


def _joined(*blocks: str) -> str:
    return "\n\n".join(filter(None, blocks)) + "\n"

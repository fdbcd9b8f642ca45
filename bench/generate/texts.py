"""The text of generated files, byte for byte in the style of real ones."""

import re
from collections.abc import Iterable, Sequence

from bench.generate.records import Article, Entry, Image, Provider, Topic
from bench.generate.vocabulary import ASSETS, MIN_PUBLISHED_HEAT, OLD_FORMAT_UNTIL


def slug(title: str) -> str:
    """Return the title as the real file names have it."""
    kept = re.sub(r"[^a-z0-9\s_-]", "", title.lower())
    return re.sub(r"[\s-]+", "-", kept).strip("-")


def quoted(text: str) -> str:
    """Return the text as a double-quoted YAML scalar, non-ASCII as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r", "\\r").replace("\n", "\\n") + '"'


def entry_text(article: Article) -> str:
    """Return the article as an item of another article's `related` list."""
    return (
        f"  - title: {quoted(article.title)}\n"
        f"    excerpt: {quoted(article.excerpt)}\n"
        f"    publishedDateTime: {article.published_at.isoformat()}Z\n"
        f"{_addresses_text(article, '    ')}"
        "    type: article\n"
        "    provider:\n"
        f"      name: {article.provider_name}\n"
        f"      domain: {article.provider.domain}\n"
        f"    quality: {article.quality}\n"
        f"{_images_text(article.images, '    ')}"
    )


def _addresses_text(article: Article, indent: str) -> str:
    """Return the lines of the address and its AMP variants, if any."""
    text = f"{indent}webUrl: {quoted(article.url)}\n"
    if article.provider.has_amp:
        amp = f"{article.url.removeprefix('https://').rstrip('/')}/amp/"
        cache = article.provider.host.replace(".", "-") + ".cdn.ampcache.example"
        text += f'{indent}ampWebUrl: "https://{amp}"\n'
        text += f'{indent}cdnAmpWebUrl: "https://{cache}/c/s/{amp}"\n'
    return text


def _images_text(images: Iterable[Image], indent: str, title: str = "") -> str:
    """Return the lines of the images, none at all for no image."""
    text = "".join(
        f"{indent}  - url: {quoted(image.url)}\n"
        f"{indent}    width: {image.width}\n"
        f"{indent}    height: {image.height}\n"
        + (f"{indent}    isCached: true\n" if image.is_cached else "")
        + (f"{indent}    title: {quoted(title)}\n" if title else "")
        for image in images
    )
    return f"{indent}images:\n{text}" if text else ""


def article_text(article: Article, heat: int, related: Sequence[Entry] = (), *, removed: bool = False) -> str:
    """Return the whole file, its blocks parted by blank lines as the real ones."""
    is_old = article.published_at < OLD_FORMAT_UNTIL
    entries = "".join(entry.text for entry in related)
    blocks = (
        _head_text(article, heat, removed=removed),
        _video_text(article),
        _provider_text(article),
        "topics:\n" + "".join(f"  - {topic}\n" for topic in article.topics),
        _images_text(article.images, "", article.title if is_old else ""),
        f"related:\n{entries}" if entries else "",
        f'secured: "{article.secured}"\n',
    )
    return "---\n" + "\n".join(filter(None, blocks)) + "---\n\n"


def _head_text(article: Article, heat: int, *, removed: bool) -> str:
    is_published = heat >= MIN_PUBLISHED_HEAT and not removed
    return (
        "category: news\n"
        f"title: {quoted(article.title)}\n"
        f"excerpt: {quoted(article.excerpt)}\n"
        f"publishedDateTime: {article.published_at.isoformat()}Z\n"
        f"{_original_text(article)}"
        f"{'' if article.video else _addresses_text(article, '')}"
        f"type: {'video' if article.video else 'article'}\n"
        f"quality: {article.quality}\n"
        f"heat: {heat}\n"
        f"{'removed: true' + chr(10) if removed else ''}"
        f"published: {'true' if is_published else 'false'}\n"
    )


def _original_text(article: Article) -> str:
    if article.video:
        return f'originalUrl: "https://video.example/watch?v={article.video}"\n'
    if article.published_at < OLD_FORMAT_UNTIL:
        return ""
    return f"originalUrl: {quoted(article.url)}\n"


def _video_text(article: Article) -> str:
    if not article.video:
        return ""
    player = (
        '<iframe width="800" height="500" frameborder="0" '
        f'src="https://www.video.example/embed/{article.video}" '
        'allow="accelerometer; autoplay; encrypted-media; gyroscope; '
        'picture-in-picture" allowfullscreen></iframe>'
    )
    return f"featuredContent: {quoted(player)}\n"


def _provider_text(article: Article) -> str:
    provider = article.provider
    text = f"provider:\n  name: {article.provider_name}\n  domain: {provider.domain}\n"
    if provider.has_profile:
        logo = Image(_logo_url(provider, 50), 50, 50, is_cached=False)
        text += _images_text((logo,), "  ")
    return text


def _logo_url(provider: Provider, size: int) -> str:
    """Return the address of the square logo, `size` pixels wide."""
    return f"{ASSETS}/organizations/{provider.domain}-{size}x{size}.jpg"


def organization_text(provider: Provider, description: str) -> str:
    """Return the provider's file in _data/organizations."""
    if ": " in description:  # the real files quote only where YAML demands it
        description = quoted(description)
    return (
        "---\n"
        "taxonomy: organization\n"
        f"_id: {provider.domain}\n"
        f"name: {provider.name}\n"
        f"domain: {provider.domain}\n"
        + (f"description: {description}\n" if description else "")
        + "images:\n"
        + "".join(
            f"  - url: {_logo_url(provider, size)}\n    width: {size}\n    height: {size}\n" for size in (50, 400)
        )
        + "---\n"
    )


def topic_text(topic: Topic) -> str:
    """Return the topic's file in _data/topics."""
    key = slug(topic.name)
    path = f"{key}/" if topic.parent else ""
    services = ["news", "learning"]
    if not topic.parent:
        services += ["people", "events", "newsletters"]
    parent = f"shortname: {topic.name}\nparent: {topic.parent}\n"
    return (
        f"taxonomy: topic\n_id: {key}\nname: {topic.name}\n"
        f"{parent if topic.parent else ''}"
        f"keywords:\n  - {topic.name.lower()}\n"
        f'hashtags:\n  - "#{topic.name.title().replace(" ", "")}"\n'
        f"images:\n  - {ASSETS}/topics/{key}.jpg\n"
        "services:\n" + "".join(f"  {name}: https://api.press.example/{name}/{path}\n" for name in services)
    )

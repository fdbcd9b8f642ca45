"""What a site's files look like where they are not in the house style: a record that readers and writers of files get."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ADDRESS_KEYS = ("link", "external_url", "externalUrl", "link_url", "linkUrl", "source_url", "source", "ref", "url")

# Which keys of files mean what, in order of preference: the first with a usable value counts, of topics all of them.
# A dot leads into a mapping.
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title", "headline", "pageTitle", "page_title", "postTitle", "post_title", "newsTitle", "name"),
        "excerpt": (
            *(
                "excerpt",
                "post_excerpt",
                "description",
                "summary",
                "subtitle",
                "abstract",
                "lede",
                "teaser",
                "intro",
                "blurb",
            ),
            *("meta_description", "metaDescription"),
        ),
        "publishedDateTime": (
            *("publishedDateTime", "date", "pubDate", "pubDatetime", "publishDate", "publishedAt", "published_at"),
            *("publish_date", "publishedDate", "published_date", "publicationDate", "datePublished", "date_published"),
            *("datetime", "date_time", "postDate", "post_date", "posted", "published"),
            *("created", "createdAt", "created_at", "dateCreated", "date_created"),
            *("lastmod", "updatedDate", "updated", "modified", "last_modified_at"),
        ),
        "webUrl": ("webUrl", *ADDRESS_KEYS, "params.link", "params.external_url"),
        "provider": ("provider", "publisher", "publication", "source_name", "feed_name"),
        "topics": (
            "topics",
            "tags",
            "categories",
            "category",
            "tag",
            "params.tags",
            "taxonomies.tags",
            "taxonomies.categories",
        ),
        "images": (
            *("images", "image", "cover", "thumbnail", "heroImage", "hero_image", "featured_image", "featuredImage"),
            *("feature_image", "coverImage", "cover_image", "banner", "ogImage", "socialImage", "social_image"),
            *("imageUrl", "image_url", "hero", "img", "cover-img", "thumbnail-img", "share-img"),
            *(
                "header.teaser",
                "header.image",
                "header.overlay_image",
                "params.cover",
                "params.image",
                "og_image",
                "twitter_image",
                "extra.image",
                "extra.og_image",
            ),
        ),
        "slug": ("slug", "postSlug", "post_slug"),
        "aliases": ("aliases", "redirect_from", "permalink", "url"),
    }
)


@dataclass(frozen=True, slots=True)
class Site:
    """The site that own articles are published by."""

    name: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of one site are read.

    ``name`` is that of the preset, empty for the house style, and ``known_by`` the file that it was recognised by.
    ``articles`` are folders, files and patterns, relative to the site folder; ``excluded`` are names of folders and files.
    ``keys`` maps the house's keys to those of the files. ``topics`` and ``provider`` (name and domain) are those of
    files that name none; a ``provider`` outweighs a link's domain. ``images`` are the folders that paths of images begin
    in; ``zone`` is that of times that name none.
    """

    zone: dt.tzinfo = dt.UTC
    name: str = ""
    known_by: str = ""
    articles: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdx")
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(KEYS))
    site: Site = Site()
    topics: tuple[str, ...] = ()
    ignored_topics: frozenset[str] = frozenset()
    provider: Site = Site()
    by_domain: bool = True
    images: tuple[str, ...] = ()
    draft_key: str = "draft"

    @property
    def is_house(self) -> bool:
        return not self.name

    @property
    def splits_tags(self) -> bool:
        """Whether a text of tags is split at its spaces."""
        return self.name in ("jekyll", "obsidian", "other", "newsreader")


HOUSE = Dialect()

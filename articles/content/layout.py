"""The layout of a site folder, and the names of its files."""

import re
import unicodedata

from articles.content.yaml.characters import WORD

ARTICLE_SUFFIXES = (".md", ".markdown", ".txt", ".html")


MAX_NAME_BYTES = 255  # the limit of most file systems
MAX_SLUG_BYTES = 230  # leaves room for a date, a number and a suffix in such a name

NEWS_FOLDER = "_news"
TOPIC_FOLDER = "_data/topics"
ORGANIZATION_FOLDER = "_data/organizations"
PINS_FILE = "_data/pins.yaml"
STORIES_FILE = "_data/stories.yaml"
THREADS_FILE = "_data/threads.yaml"
STORY_ADDRESSES_FILE = "_data/story-addresses.yaml"
THREAD_ADDRESSES_FILE = "_data/thread-addresses.yaml"
STORY_VOCABULARY_FILE = "_data/story-vocabulary.yaml"
GROWN_FILES = (STORY_ADDRESSES_FILE, THREAD_ADDRESSES_FILE, STORY_VOCABULARY_FILE)  # how stories came to be; large

SLUG_LENGTH = 200
_BETWEEN_WORDS = rf"[^{WORD}-]+|_+(?=-)"
_DATED_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})-(.+)", re.ASCII)


def may_lack_front_matter(path: str) -> bool:
    """Return whether a file without front matter is ignored: ``_partial.md``, ``.hidden.md``, a README."""
    name = path.rpartition("/")[2]
    return name.startswith(("_", ".")) or name.partition(".")[0].upper() == "README"


def dated_name(path: str) -> tuple[tuple[int, int, int] | None, str]:
    """Return the date (or None) and the slug of a file's name such as ``2023-09-01-slug.md``."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if match := _DATED_NAME.fullmatch(stem):
        return (int(match[1]), int(match[2]), int(match[3])), match[4]
    return None, ""


def file_name(stem: str, ending: str) -> str:
    """Return a name for a new file, with ``stem`` cut to the length that file systems accept."""
    return f"{cut_to_bytes(stem, MAX_NAME_BYTES - len(ending.encode()))}{ending}"


def cut_to_bytes(text: str, limit: int) -> str:
    """Return as much of a slug as fits into ``limit`` bytes; letters of most scripts take two or three."""
    data = text.encode()
    return text if len(data) <= limit else data[:limit].decode("utf-8", "ignore").rstrip("-_")


def slug_from(text: str) -> str:
    """Return the letters, marks and digits of ``text``, of any script, in NFC and joined by hyphens; may be empty."""
    # Python lower-cases İ to i and a combining dot.
    text = unicodedata.normalize("NFC", text).replace("İ", "i").lower()
    slug = re.sub(_BETWEEN_WORDS, "-", unicodedata.normalize("NFC", text)).strip("-_")[:SLUG_LENGTH].strip("-_")
    return slug if re.search(r"\w", slug) else ""

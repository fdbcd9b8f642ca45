"""Writes ``newsreader.yaml`` into a whole export that has articles without a link: it says that their text is the article."""

from collections.abc import Iterator

from django.db.models import Count

from articles.content.dialects.settings_file import SETTINGS_FILE
from articles.content.layout import NEWS_FOLDER
from articles.content.yaml.writer import lines_of
from articles.models import Article
from articles.sync.exports.change import Change
from articles.sync.exports.folder import Folder


def site_settings(folder: Folder) -> Iterator[Change]:
    """Yield the file if it is needed and is not there."""
    own = Article.objects.filter(web_url="", original_url="", is_reference=False, is_draft=False)
    if (folder.root / SETTINGS_FILE).exists() or not folder.dialect.is_house:
        return
    providers = own.order_by().values_list("provider__name", "provider__domain").annotate(number=Count("pk"))
    if (site := providers.order_by("-number", "provider__domain").first()) is None:
        return
    articles = [NEWS_FOLDER] if folder.is_site else ["."]
    values = {"site": {"name": site[0], "domain": site[1]}, "articles": articles}
    yield Change(SETTINGS_FILE, None, None, "".join(f"{line}\n" for line in lines_of(values)))

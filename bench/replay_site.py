"""The site of ``bench.replay``: ``python -m bench.replay_site FOLDER NUMBER`` imports it; ``edit`` changes titles."""

import json
import random
import sys
from pathlib import Path


def make(folder: Path, number: int) -> None:
    """Import the site, and write the addresses of its pages: those of listings first, in an order of their own."""
    from django.core.management import call_command

    from articles.models import Article, Provider, Story, Topic
    from articles.sync.imports.run import import_paths

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["admin"])
    import_paths([folder / "site"], lambda root, problem: None)
    topics = [topic.get_absolute_url() for topic in Topic.objects.all()]
    addresses = ["/", "/topics/", "/providers/", "/archive/", *topics]
    others = [article.get_absolute_url() for article in Article.objects.listed()]
    others += [provider.get_absolute_url() for provider in Provider.objects.all()]
    others += [story.get_absolute_url() for story in Story.objects.filter(listed_from__isnull=False, size__gt=1)]
    random.Random(1).shuffle(others)
    (folder / "addresses.json").write_text(json.dumps((addresses + others)[:number]))


def edit() -> None:
    """For each line of standard input, the path of an article's page and a word, end its title in that word."""
    from articles.editorial.edits import edit_articles
    from articles.models import Article

    titles: dict[str, str] = {}
    for line in sys.stdin:
        path, word = json.loads(line)
        _, year, month, day, slug, _ = path.split("/")
        article = Article.objects.get(date=f"{year}-{month}-{day}", slug=slug)
        # The rest stays, so that it belongs to the same story.
        edit_articles([article.pk], title=f"{titles.setdefault(path, article.title)} {word}")
        print("done", flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "edit":
        edit()
    else:
        make(Path(sys.argv[1]), int(sys.argv[2]))

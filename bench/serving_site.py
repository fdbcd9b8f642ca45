"""The site of ``bench.serving``: ``python -m bench.serving_site FOLDER`` imports it; ``edit`` edits it."""

import json
import sys
from pathlib import Path


def make(folder: Path) -> None:
    from django.core.management import call_command
    from django.db.models import Count
    from django.http import HttpResponse

    from articles.models import Article, Story, Topic
    from articles.preferences.choices import COOKIE, Choices, remember
    from articles.sync.imports.run import import_paths

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["admin"])
    import_paths([folder / "site"], lambda root, problem: None)
    topic = Topic.objects.annotate(number=Count("article_links")).order_by("-number")[0]
    story = Story.objects.filter(listed_from__isnull=False, size__gt=1).order_by("-size")[0]
    articles = [article.get_absolute_url() for article in Article.objects.listed().newest_first()[:600]]
    # Choices that change what is on the page, and nothing of its articles.
    response = HttpResponse()
    remember(response, Choices(text_size="large", min_quality=20), is_secure=False)
    cookie = response.cookies[COOKIE].value
    found = {
        "topic": topic.get_absolute_url(),
        "story": story.get_absolute_url(),
        "articles": articles,
        "cookie": cookie,
    }
    (folder / "pages.json").write_text(json.dumps(found))


def edit(folder: Path) -> None:
    """For each line of standard input, change the title of the newest article of the largest topic."""
    from articles.editorial.edits import edit_articles
    from articles.models import ArticleTopic, Topic

    path = json.loads((folder / "pages.json").read_text())["topic"]
    topic = Topic.objects.get(slug=path.strip("/").rpartition("/")[2])
    newest = ArticleTopic.objects.filter(topic=topic, listed_from__isnull=False).order_by("-listed_from")[0]
    for number, _ in enumerate(sys.stdin):
        edit_articles([newest.article_id], title=f"Edited {number}")
        print("done", flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    (edit if sys.argv[2:] == ["edit"] else make)(Path(sys.argv[1]))

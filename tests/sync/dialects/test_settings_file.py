"""What a site folder says of its own files in newsreader.yaml."""

from pathlib import Path

import pytest

from articles.models import Article
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
POST = "---\nheading: A heading\nwhen: 2024-08-08T23:30\nlabels: [x, y]\nfrom: https://quay.example/a\n---\nText.\n"


def write(root: Path, settings: str, name: str = "notes/a.md", text: str = POST) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    (root / "newsreader.yaml").write_text(settings)


def test_keys_folders_and_defaults_are_those_of_the_file(tmp_path: Path) -> None:
    settings = (
        "site: {name: Notes, domain: notes.example}\narticles: [notes]\ntimeZone: Asia/Tokyo\n"
        "keys: {title: [heading], publishedDateTime: [when], topics: [labels], webUrl: [from]}\n"
    )
    write(tmp_path, settings)
    (tmp_path / "other.md").write_text(POST)
    import_problems(tmp_path)
    article = Article.objects.select_related("provider").get()
    assert (article.title, article.web_url, article.provider.domain) == (
        "A heading",
        "https://quay.example/a",
        "quay.example",
    )
    assert f"{article.published_date_time:%d %H:%M} {article.get_absolute_url()}" == "08 14:30 /2024/08/08/a/"
    assert list(article.topic_links.values_list("topic__name", flat=True)) == ["x", "y"]


def test_topics_and_provider_by_default_are_those_of_files_that_name_none(tmp_path: Path) -> None:
    text = "---\ntitle: A\ndate: 2024-08-08T10:00:00Z\nlink: https://quay.example/a\n---\n"
    write(tmp_path, "topics: [Harbour]\nprovider: {name: Wire, domain: wire.example}\n", text=text)
    import_problems(tmp_path)
    article = Article.objects.select_related("provider").get()
    assert (article.provider.domain, article.provider.name) == ("wire.example", "Wire")
    assert list(article.topic_links.values_list("topic__name", flat=True)) == ["Harbour"]


def test_files_of_the_house_may_have_no_link_where_the_site_says_who_it_is(tmp_path: Path) -> None:
    text = "---\ntitle: A\npublishedDateTime: 2024-08-08T10:00:00Z\ntopics: [Own words]\n---\nText.\n"
    write(tmp_path, "site: {name: Notes, domain: notes.example}\n", "_news/2024-08-08-a.md", text)
    import_problems(tmp_path)
    assert Article.objects.get().provider.domain == "notes.example"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dialect: jekyl\n", "newsreader.yaml:1: dialect must be one of astro, decap"),
        ("site: {name: A}\nfolder: x\n", "newsreader.yaml:2: folder is no key here"),
        ("timeZone: Berlin\n", "newsreader.yaml:1: timeZone must be a zone such as Europe/Berlin"),
        ("site: [\n", "newsreader.yaml:"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, text)
    assert any(problem.startswith(said) and "E211" in problem for problem in import_problems(tmp_path))

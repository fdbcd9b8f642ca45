"""What a site folder holds beside articles: topics, providers, images."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.models import Provider, Topic
from tests.support.import_runs import run_import
from tests.support.site_files import write_data

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def test_a_site_folder_brings_topics_with_parents_and_providers_with_logos(corpora: Path) -> None:
    run_import(corpora / "powerapps")
    topic = Topic.objects.get(slug="common-data-service")
    assert (topic.parent.name if topic.parent else None, topic.shortname, topic.position) == ("Power Apps", "CDS", 3)
    assert topic.keywords == ["common data service"]
    assert topic.extra["services"]["news"].startswith("https://")
    provider = Provider.objects.get(domain="bbc.com")
    assert provider.name == "BBC"
    assert provider.images[0]["url"] == "/assets/images/organizations/bbc.com-50x50.jpg"


def test_images_of_the_site_folder_are_copied_once(tmp_path: Path, write_article: Write, settings: object) -> None:
    image = tmp_path / "site" / "assets" / "a.webp"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"first")
    images = "[{url: /assets/a.webp, width: 5, height: 5}, {url: /assets/none.webp, width: 5, height: 5}]"
    write_article("2023-09-01-a.md", images=images)
    _, problems = run_import(tmp_path / "site")
    assert sorted(problem.rpartition(" ")[2] for problem in problems) == ["N501]", "W405]"]
    copy = Path(settings.MEDIA_ROOT) / "assets" / "a.webp"  # type: ignore[attr-defined]
    assert copy.read_bytes() == b"first"
    image.write_bytes(b"second")
    write_article("2023-09-01-a.md", images=images, title='"Changed"')
    run_import(tmp_path / "site")
    assert copy.read_bytes() == b"second"
    assert [each.name for each in copy.parent.iterdir()] == ["a.webp"]


def test_a_topic_file_may_rename_its_topic(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[Robots]")
    write_data(tmp_path, "topics/00-robots.yaml", "_id: robots\nname: Robots\n")
    run_import(tmp_path / "site")
    write_data(tmp_path, "topics/00-robots.yaml", "_id: robots\nname: Robotics\n")
    report, _ = run_import(tmp_path / "site")
    assert report.exit_code == 0
    assert [(topic.slug, topic.name) for topic in Topic.objects.all()] == [("robots", "Robotics")]


def test_a_provider_file_may_change_its_domain(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md")
    for domain in ("old.example", "new.example"):
        write_data(tmp_path, "organizations/x.md", f"---\nname: X\ndomain: {domain}\n---\n")
        assert run_import(tmp_path / "site")[0].exit_code == 0
    paths = Provider.objects.exclude(domain="a.example").values_list("domain", "source_path")
    assert set(paths) == {("old.example", None), ("new.example", "_data/organizations/x.md")}


@pytest.mark.parametrize("name", ["topics/00-x.yaml", "organizations/x.md"])
def test_a_bad_data_file_stays_out_with_its_line(tmp_path: Path, write_article: Write, name: str) -> None:
    write_article("_news/2023-09-01-a.md")
    text = 'name: "X\\0"\ndomain: x.example\nshortname: "a"\n'
    write_data(tmp_path, name, text if name.endswith("yaml") else f"---\n{text}---\n")
    report, problems = run_import(tmp_path / "site")
    assert (report.exit_code, report.created) == (1, 1)
    assert f"_data/{name}:{1 if name.endswith('yaml') else 2}: name contains a NUL" in problems[0]


def test_images_that_came_later_are_copied_though_the_article_is_unchanged(
    tmp_path: Path, write_article: Write, settings: object
) -> None:
    write_article("2023-09-01-a.md", images="[{url: /assets/a.webp, width: 5, height: 5}]")
    run_import(tmp_path / "site")
    image = tmp_path / "site" / "assets" / "a.webp"
    image.parent.mkdir()
    image.write_bytes(b"late")
    report, _ = run_import(tmp_path / "site")
    assert report.unchanged == 1
    assert (Path(settings.MEDIA_ROOT) / "assets" / "a.webp").read_bytes() == b"late"  # type: ignore[attr-defined]


def test_a_topic_below_itself_gets_no_parent(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md")
    data = tmp_path / "site" / "_data" / "topics"
    data.mkdir(parents=True)
    (data / "00-a.yaml").write_text("_id: a\nname: A\nparent: B\n")
    (data / "01-b.yaml").write_text("_id: b\nname: B\nparent: A\n")
    _, problems = run_import(tmp_path / "site")
    assert any("W406" in problem for problem in problems)
    assert Topic.objects.filter(name__in="AB", parent=None).count() == 1

"""The commands with which somebody begins a site of their own."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.models import Article
from tests.support.checking import PROJECT
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
SITES = PROJECT / "tests" / "sites"


@pytest.mark.parametrize("name", ["jekyll", "hugo", "eleventy", "astro", "decap"])
def test_a_folder_is_described_with_the_articles_that_each_choice_lets_in(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("describe_site", str(SITES / name))
    text = capsys.readouterr().out
    assert "10 of 10 files come in" in text
    proposed = yaml.safe_load(text)
    assert proposed["dialect"] == name
    assert "title" in proposed["keys"]


def test_what_is_proposed_is_what_an_import_understands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("---\ntitle: A\ndate: 2024-08-08T10:00:00Z\ntags: [x]\n---\nText.\n")
    call_command("describe_site", str(tmp_path))
    (tmp_path / "newsreader.yaml").write_text(capsys.readouterr().out)
    assert [problem for problem in import_problems(tmp_path) if "E211" in problem] == []
    assert Article.objects.get().get_absolute_url() == "/2024/08/08/a/"


def test_what_is_recognised_is_proposed_though_others_read_more_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = tmp_path / "content" / "posts"
    posts.mkdir(parents=True)
    (tmp_path / "hugo.toml").write_text('title = "My site"\n')
    (posts / "_index.md").write_text("---\ntitle: Section\n---\nWhat is here.\n")
    (posts / "a.md").write_text('+++\ntitle = "A"\ndate = 2024-08-09T10:00:00Z\n+++\nText.\n')
    call_command("describe_site", str(tmp_path))
    proposed = yaml.safe_load(capsys.readouterr().out)
    assert (proposed["dialect"], proposed["site"]["name"]) == ("hugo", "My site")


def test_what_is_no_folder_cannot_be_described(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder"):
        call_command("describe_site", str(tmp_path / "gone"))

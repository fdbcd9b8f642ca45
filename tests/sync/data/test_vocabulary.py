"""Which words are rare goes to the files, so that a fresh import of them joins the same stories."""

from pathlib import Path

import pytest

from articles.editorial.edits import edit_articles
from articles.models import Article, Story, StoryEvidence, StoryVocabulary
from articles.stories import vocabulary
from articles.stories.vocabulary import current_vocabulary
from tests.support.export_runs import run_export
from tests.support.import_runs import import_problems
from tests.support.site_files import article_text, write_data

pytestmark = pytest.mark.django_db
FILE = "_data/story-vocabulary.yaml"
FEWEST = 8


@pytest.fixture(autouse=True)
def few_articles_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "FEWEST", FEWEST)


def write_articles(site: Path, numbers: range) -> None:
    """Write articles of three providers; some of one tell what it always does."""
    (site / "_news").mkdir(parents=True, exist_ok=True)
    for number in numbers:
        title = f"Azure update {number % 7}" if number % 3 else f"Ferry {number // 4} returns, C++ and all"
        domain = f"p{number % 3}.example"
        text = article_text(
            title=f'"{title}"',
            excerpt=f'"Number {number % 5} of many in the harbour"',
            publishedDateTime=f"2023-09-{1 + number // 3:02}T0{number % 3}:00:00Z",
            webUrl=f'"https://{domain}/{number}"',
            provider=f"{{name: {domain}, domain: {domain}}}",
        )
        (site / "_news" / f"2023-09-01-{number}.md").write_text(text)


def state() -> tuple[object, ...]:
    """Return the vocabulary by providers' domains, and which articles are joined and why, by their files."""
    learned = current_vocabulary()
    names = dict(Article.objects.values_list("provider", "provider__domain"))
    evidence = StoryEvidence.objects.values_list("one__source_path", "other__source_path", "score", "words")
    return (
        StoryVocabulary.objects.values_list("articles", flat=True).get(),
        (learned.chunks, learned.words),
        {names[pk]: (learned.articles[pk], learned.habits[pk]) for pk in learned.articles},
        {(frozenset(pair), score, words) for *pair, score, words in evidence},
        {
            frozenset(story.members.values_list("article__source_path", flat=True))
            for story in Story.objects.filter(size__gt=0)
        },
    )


@pytest.mark.parametrize("everything", [False, True])
def test_a_fresh_import_knows_the_words_that_the_site_had_learned_long_ago(tmp_path: Path, everything: bool) -> None:
    site = tmp_path / "site"
    write_articles(site, range(40))
    import_problems(site)
    write_articles(site, range(40, 70))
    import_problems(site)
    edit_articles([Article.objects.order_by("pk")[0].pk], title="Edited")
    before = state()
    assert before[0] == 40
    assert len(before[3]) > 2  # type: ignore[arg-type]
    if everything:
        site = tmp_path / "out"
        site.mkdir()
    assert run_export(site, everything)[1] == []
    Article.objects.all().delete()
    Story.objects.all().delete()
    StoryVocabulary.objects.all().delete()
    assert [problem for problem in import_problems(site) if "N50" not in problem] == []
    assert state() == before


def test_an_export_that_has_nothing_to_write_leaves_it_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_articles(site, range(40))
    import_problems(site)
    assert run_export(site)[0].paths == []
    edit_articles([Article.objects.order_by("pk")[0].pk], title="Edited")
    assert FILE in run_export(site)[0].paths
    edit_articles([Article.objects.order_by("pk")[0].pk], title="Edited again")
    assert FILE not in run_export(site)[0].paths


def test_a_site_that_has_learned_keeps_to_that_whatever_a_file_says(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_articles(site, range(40))
    import_problems(site)
    before = state()
    write_data(tmp_path, "story-vocabulary.yaml", 'articles: 50\nchunks: 9\nwords:\n  "3": ferri,return\n')
    assert [problem for problem in import_problems(site) if "N50" not in problem] == []
    assert state() == before


def test_a_file_of_a_far_larger_site_is_not_kept_to(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_articles(site, range(20))
    write_data(tmp_path, "story-vocabulary.yaml", 'articles: 5000\nchunks: 600\nwords:\n  "3": ferri,return\n')
    import_problems(site)
    assert StoryVocabulary.objects.get().articles == 20


@pytest.mark.parametrize(
    "text",
    [
        'articles: 50\nchunks: 9\nwords:\n  "often": ferri\n',
        'articles: 0\nchunks: 9\nwords:\n  "3": ferri\n',
        "articles: 50\nchunks: 9\nwords: [a]\n",
        "articles: [\n",
    ],
)
def test_mistakes_in_the_file_are_named_and_it_is_left_out(tmp_path: Path, text: str) -> None:
    site = tmp_path / "site"
    write_articles(site, range(20))
    write_data(tmp_path, "story-vocabulary.yaml", text)
    [problem] = [problem for problem in import_problems(site) if "N50" not in problem]
    assert FILE in problem
    assert StoryVocabulary.objects.get().articles == 20

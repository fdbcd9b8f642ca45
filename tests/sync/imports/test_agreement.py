"""A check and an import into an empty database say the same of the same files, word for word."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from articles.content.checking import check_paths
from articles.content.problems import Problem
from articles.sync.imports import run
from articles.sync.imports.run import import_paths
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db

A, B, C = (f"_news/2023-09-01-{name}.md" for name in "abc")
SAME_ADDRESS = "_news/more/2023-09-01-A.md"
GONE = "[{url: /gone.png, width: 1, height: 1}]"


def article(name: str, **keys: Any) -> str:
    """Return the text of a file whose piece no other file is about."""
    return article_text(**({"webUrl": f'"https://a.example/{name}"', "topics": None} | keys))


ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}
PIN = "article: {}\n    starts: 2023-09-01\n    ends: 2023-09-02\n    reason: It matters\n"

# Sites, each with the codes of the problems that its files have.
SITES: dict[str, tuple[dict[str, str | bytes], list[str]]] = {
    "values": ({A: article("a", heat='"x"'), B: article("b", publishedDateTime="2999-09-01")}, ["E302", "W401", "W402"]),
    "files": (
        {A: b"\xff", B: "x" * 2_000_001, C: "no front matter", "_news/README.md": "", "_data/topics/a.yaml": b"\xff"},
        ["E102", "E103", "E103", "E201"],
    ),
    "addresses": ({A: article("a"), SAME_ADDRESS: article("b")}, ["E106"]),
    "what stays out": (
        # Of an article that stays out, neither its images nor its topics count, nor its piece.
        {A: article("a"), SAME_ADDRESS: article("a", images=GONE, topics="[Sea]"), C: article("c", topics="[sea]")},
        ["E106", "N501"],
    ),
    "pieces": ({A: article("a"), B: article("a"), C: article("a", removed="true")}, ["W414"]),
    "images": (
        {
            A: article("a", images="[{url: /gone.png}, {url: /here.png}]", provider=f"{{domain: a.example, images: {GONE}}}"),
            B: article("b", related=[ENTRY | {"images": GONE}, ENTRY]),
            "here.png": "no image",
            "_data/topics/ai.yaml": "name: AI\nimages: [/gone.png]\n",
            "_data/organizations/a.md": f"---\ndomain: a.example\nimages: {GONE}\n---\n",
        },
        ["N502", "W404", "W405", "W405", "W405", "W405", "W405"],
    ),
    "topics": (
        {
            A: article("a", topics="[AI, Ships, Crafts]"),
            B: article("b", topics="[SHIPS, Sea]"),
            "_data/topics/ai.yaml": "name: AI\nparent: Sea\notherNames: [Crafts]\n",
        },
        ["N501", "N501"],
    ),
    "parents": (
        {
            "_data/topics/a.yaml": "name: A\nparent: B\n",
            "_data/topics/b.yaml": "name: B\nparent: C\notherNames: [Bee]\n",
            "_data/topics/c.yaml": "name: C\nparent: bee\n",
            "_data/topics/d.yaml": "name: D\nparent: d\n",
            "_data/topics/e.yaml": "name: E\nparent: Gone\n",
            "_data/topics/f.yaml": "name: F\nparent: GONE\n",
        },
        ["N501", "W406", "W406"],
    ),
    "names of topics": (
        {
            "_data/topics/a.yaml": "name: A\notherNames: [B, Bee, a, Bee]\n",
            "_data/topics/b.yaml": "name: B\n",
            "_data/topics/c.yaml": "name: C\notherNames: [bee]\noldSlugs: [a, c, d, e]\n",
            "_data/topics/d.yaml": "_id: d\nname: D\n",
            "_data/topics/d2.yaml": "_id: d\nname: E\nparent: B\n",
            "_data/topics/f.yaml": "name: F\notherNames: [D]\n",
            A: article("a", topics="[b, BEE]"),
        },
        ["N503", "N503", "W413", "W413", "W413"],
    ),
    "domains": (
        {
            "_data/organizations/a.md": "---\ndomain: a.example\notherDomains: [b.example, x.example]\n---\n",
            "_data/organizations/b.md": "---\ndomain: B.example\n---\n",
            "_data/organizations/c.md": "---\ndomain: c.example\notherDomains: [X.example]\n---\n",
            "_data/organizations/d.md": "no front matter",
        },
        ["E201", "N503", "W413"],
    ),
    "decisions": (
        {
            A: article("a"),
            "_data/pins.yaml": f"pins:\n  - {PIN.format(A)}  - {PIN.format(B)}",
            "_data/stories.yaml": f"decisions:\n  - article: {A}\n    joins: {B}\n  - article: {A}\n    joins: {SAME_ADDRESS}\n"
            f"leads:\n  - article: {C}\n  - article: {SAME_ADDRESS}\n",
            "_data/threads.yaml": f"decisions:\n  - article: {A}\n  - article: {A}\n    joins: {B}\n"
            f"names:\n  - article: {C}\n    name: All of it\n",
            "_data/story-addresses.yaml": f"1-a: {C}\nx: 1\n",
        },
        ["E302", "E302", "W409", "W409", "W409", "W409"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "codes"), SITES.values(), ids=SITES)
def test_checks_and_imports_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str | bytes], codes: list[str]
) -> None:
    for path, text in ({"_news/2023-09-09-good.md": article("good")} | files).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "_data" / "topics").mkdir(parents=True, exist_ok=True)
    now = timezone.now()
    monkeypatch.setattr(run.timezone, "now", lambda: now)
    imported: list[Problem] = []
    import_paths([tmp_path], lambda root, problem: imported.append(problem))
    checked = [problem for _, problem in check_paths([tmp_path], now)]
    assert sorted(map(str, checked)) == sorted(map(str, imported))
    assert sorted(problem.code for problem in checked) == codes
    assert checked == sorted(checked, key=lambda problem: (problem.path, problem.line))

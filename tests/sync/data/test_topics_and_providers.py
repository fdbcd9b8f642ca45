"""What editors say of topics and providers: to the files in ``_data``, and from there."""

from pathlib import Path

import pytest

from articles.editorial.merging import merge_providers, merge_topics
from articles.models import DataFile, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.exports.folder import ExportReport
from tests.support.data_files import PROVIDER, TOPIC, edit, read, write
from tests.support.export_runs import lines_that_differ, run_export, snapshot
from tests.support.factories import make_topic
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db


# Topics and providers


def test_only_the_lines_of_what_was_said_of_a_topic_differ(root: Path) -> None:
    parent = make_topic("Science")
    edit(Topic.objects.get(key="ai"), description="All: of it", keywords=["x", "y"], shortname="A", parent=parent)
    before = snapshot(root)[TOPIC]
    report, problems = run_export(root)
    assert (report.paths, problems) == ([TOPIC], [])
    assert read(root, TOPIC) == (
        '# The first one\nname: AI   # short\nshortname: A\nparent: Science\ndescription: "All: of it"\n'
        "taxonomy: topic\nkeywords:\n- x\n- y"
    )
    assert b"name: AI   # short" in before
    assert run_export(root)[0].paths == []
    assert import_problems(root) == []
    topic = Topic.objects.get(key="ai")
    assert (topic.edited, topic.description, topic.parent) == ([], "All: of it", parent)
    assert run_export(root)[0].paths == []


def test_a_place_and_an_address_of_a_topic_go_to_its_file(root: Path) -> None:
    edit(Topic.objects.get(key="ai"), position=7, slug="machines", images=[])
    assert run_export(root)[0].paths == [TOPIC]
    assert "position: 7\n" in read(root, TOPIC)
    assert "_id: machines\n" in read(root, TOPIC)
    Topic.objects.all().delete()
    import_problems(root)
    assert Topic.objects.values_list("slug", "position").get(key="ai") == ("machines", 7)


def test_a_topic_made_here_gets_a_file_and_one_that_articles_name_needs_none(root: Path) -> None:
    edit(make_topic("Named by none"), name="Named by none", description="New")
    assert Topic.objects.count() == 2
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_data/topics/named-by-none.yaml"], [])
    assert read(root, report.paths[0]) == (
        "taxonomy: topic\n_id: named-by-none\nname: Named by none\ndescription: New\n"
    )
    assert import_problems(root) == []
    assert Topic.objects.get(slug="named-by-none").source_path == report.paths[0]
    assert run_export(root)[0].paths == []


def test_a_field_of_a_topic_that_both_changed_is_named_and_the_editors_stays(root: Path) -> None:
    edit(Topic.objects.get(key="ai"), description="Mine")
    write(root, TOPIC, "name: AI\nshortname: New\ndescription: Theirs\n")
    report, problems = run_export(root)
    assert (report.paths, problems) == (
        [],
        [f"{TOPIC}: changed since it was imported; import it first [warning W410]"],
    )
    assert import_problems(root) == [
        f"{TOPIC}:3: description was changed here and by an editor; the editor's stays until someone chooses [warning W408]"]  # fmt: skip
    assert import_problems(root) == []
    assert Topic.objects.values_list("shortname", "description").get(key="ai") == ("New", "Mine")
    assert run_export(root)[0].paths == [TOPIC]
    assert read(root, TOPIC) == "name: AI\nshortname: New\ndescription: Mine\n"


def test_a_provider_without_a_file_gets_one_that_says_what_its_articles_did_too(root: Path) -> None:
    provider = Provider.objects.get()
    edit(provider, kind="vendor", description="A maker")
    assert run_export(root) == (ExportReport(created=1, unchanged=1, paths=[PROVIDER]), [])
    assert read(root, PROVIDER) == (
        "---\ntaxonomy: organization\n_id: a.example\nname: A Paper\ndomain: a.example\nkind: vendor\n"
        "description: A maker\n---\n"
    )
    Provider.objects.update(kind="outlet", description="", edited=[])
    assert import_problems(root) == []
    assert Provider.objects.values_list("kind", "description", "name").get() == ("vendor", "A maker", "A Paper")


def test_only_the_lines_of_what_was_said_of_a_provider_differ(root: Path) -> None:
    write(root, PROVIDER, "---\r\ndomain: A.Example # as it was\r\nstars: 5\r\n---\r\nText.")
    import_problems(root)
    edit(Provider.objects.get(), kind="wire", name="A & B")
    before = snapshot(root)[PROVIDER]
    assert run_export(root)[0].paths == [PROVIDER]
    assert lines_that_differ(before, snapshot(root)[PROVIDER]) == {b"name: A & B", b"kind: wire"}
    assert import_problems(root) == []
    assert Provider.objects.values_list("kind", "name", "edited").get() == ("wire", "A & B", [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "---\ndomain: a.example\nkind: paper\n---\n",
            "3: kind must be 'outlet', 'wire', 'vendor' or 'blog', not 'paper'",
        ),
        ("---\ndomain: a.example\nkind: 1\n---\n", "3: kind must be 'outlet', 'wire', 'vendor' or 'blog', not 1"),
    ],
)
def test_a_kind_must_be_one_there_is(root: Path, text: str, problem: str) -> None:
    write(root, PROVIDER, text)
    assert import_problems(root) == [f"{PROVIDER}:{problem} [error E302]"]


def test_other_names_of_a_topic_go_to_its_file_and_the_merged_ones_file_is_not_used(root: Path) -> None:
    write(root, "_data/topics/01-ml.yaml", "name: ML\n")
    import_problems(root)
    merge_topics(None, Topic.objects.get(key="ml"), Topic.objects.get(key="ai"))
    assert run_export(root)[0].paths == [TOPIC]
    assert "oldSlugs:\n  - ml\n" in read(root, TOPIC)
    assert "otherNames:\n  - ML\n" in read(root, TOPIC)
    note = "_data/topics/01-ml.yaml:1: ML is merged into AI, which is described elsewhere; this file is not used [note N503]"
    assert import_problems(root) == [note]
    assert run_export(root)[0].paths == []
    Topic.objects.all().delete()
    DataFile.objects.all().delete()
    assert import_problems(root) == [note]
    assert list(Topic.objects.values_list("name", "slug")) == [("AI", "ai")]
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("ML", None), ("", "ml")}
    assert run_export(root)[0].paths == []


def test_other_names_come_and_go_with_the_file_and_editors_keep_theirs(root: Path) -> None:
    text = read(root, TOPIC)
    write(root, TOPIC, f"{text}\notherNames: [KI, IA]\noldSlugs: [ki]\n")
    assert import_problems(root) == []
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("KI", None), ("IA", None), ("", "ki")}
    TopicAlias.objects.filter(name="IA").delete()
    TopicAlias.objects.create(topic=Topic.objects.get(key="ai"), name="Mine")
    assert import_problems(root) == []
    assert set(TopicAlias.objects.exclude(name="").values_list("name", flat=True)) == {"KI", "Mine"}
    write(root, TOPIC, f"{text}\notherNames: [IA]\n")
    assert import_problems(root) == []
    assert set(TopicAlias.objects.values_list("name", "slug")) == {("Mine", None)}
    assert run_export(root)[0].paths == [TOPIC]
    assert "otherNames: [Mine]\n" in read(root, TOPIC)


def test_other_domains_of_a_provider_go_to_its_file_and_come_back(root: Path) -> None:
    other = Provider.objects.create(domain="old.example", name="Old")
    merge_providers(None, other, Provider.objects.get(domain="a.example"))
    assert run_export(root)[0].paths == [PROVIDER]
    assert "otherDomains:\n  - old.example\n" in read(root, PROVIDER)
    write(root, "_data/organizations/old.example.md", "---\ndomain: old.example\n---\n")
    ProviderAlias.objects.all().delete()
    DataFile.objects.all().delete()
    assert [problem.rpartition(" ")[2] for problem in import_problems(root)] == ["N503]"]
    assert ProviderAlias.objects.values_list("domain", "provider__domain").get() == ("old.example", "a.example")
    write(root, PROVIDER, "---\ndomain: a.example\n---\n")
    import_problems(root)
    assert not ProviderAlias.objects.exists()

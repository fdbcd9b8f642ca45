"""Every writer names all that it changes for readers: one that forgets something fails here, and so does an unknown one."""

from pathlib import Path

import pytest

from tests.changes.acts import ALL, QUIET, UNCHANGED
from tests.locks.writers import World
from tests.support.events import events
from tests.support.visible import snapshot, unnamed
from tests.support.writes import called, writers_in

pytestmark = pytest.mark.django_db

ROOMS = ("editorial", "sync", "admin", "jobs")
# What these write, no reader sees: what was done, what files say, records of runs and tasks, and who may do what.
UNSEEN = {
    "editorial.cleanup.let_in_again",
    "editorial.cleanup._leave_tombstones",
    "editorial.cleanup.clean_up",
    "editorial.conflicts.follow_files",
    "editorial.conflicts.keep_edited_field",
    "editorial.edits._resolving",
    "editorial.notes.set_done",
    "editorial.notes.write_note",
    "editorial.parts.undo_parts",
    "editorial.previews.make_link",
    "editorial.previews.revoke_links",
    "editorial.recording._write",
    "editorial.recording._write_versions",
    "editorial.recording.show_in_history",
    "editorial.recording.start_whole",
    "editorial.roles.create_roles",
    "editorial.saved_views.remove_view",
    "editorial.saved_views.rename_view",
    "editorial.saved_views.save_view",
    "editorial.stories.declining._say",
    "jobs.claims._end_try",
    "jobs.claims._set_failed",
    "jobs.claims._wait",
    "jobs.claims.claim",
    "jobs.claims.end_cancelled",
    "jobs.claims.finish",
    "jobs.claims.give_back",
    "jobs.claims.shorten_waits",
    "jobs.claims.take_back_lost",
    "jobs.cleaning.delete_old_tasks",
    "jobs.clock._add_once",
    "jobs.content._note_run",
    "jobs.current.progress",
    "jobs.merges.undo_in_parts",
    "jobs.parts.Parts.begin",
    "jobs.parts.Parts.note",
    "jobs.queue._add",
    "jobs.queue.cancel",
    "jobs.queue.try_again",
    "jobs.thinning._delete",
    "jobs.worker.WorkerProcess.__init__",
    "jobs.worker.WorkerProcess.beat",
    "jobs.worker.WorkerProcess.run",
    "sync.data_files.forget_files",
    "sync.data_files.store_file",
    "sync.data_files.note_export",
    "sync.exports.export._note_changes",
    "sync.imports.writing.ArticleWriter.record_changes",
    "sync.imports.writing.ArticleWriter.set_ends",
    "sync.imports.aliases.store_aliases",
    "sync.imports.linking.keeping_entries",
    "sync.imports.run.Import.folder",
    "sync.imports.runs.RunRecord.__init__",
    "sync.imports.runs.RunRecord._write_all",
    "sync.imports.runs.RunRecord.finish",
    "sync.imports.runs.note_interrupted",
    "sync.imports.runs.running",
    "sync.imports.taxonomy.Descriptions.row_of",
    "sync.old_names.store_file_domain",
}
# What writes rows that readers see, by the act that calls it here.
WRITES = {
    "bulk pins": {
        "admin.article.bulk_actions._apply_pins",
    },
    "article lists": {
        "admin.article.model_admin.ArticleAdmin.save_formset",
    },
    "form": {
        "admin.base.RecordedAdmin.save_row",
    },
    "file taken": {
        "editorial.edits._set_field",
        "editorial.edits._set_related",
        "editorial.edits._set_topics",
    },
    "bulk topics": {
        "editorial.edits.add_topics",
        "editorial.edits.remove_topics",
    },
    "bulk action": {
        "editorial.edits.edit_articles",
        "editorial.edits.editing",
    },
    "replaced topic": {
        "editorial.edits.replace_topic",
    },
    "merge below itself": {
        "editorial.merging._merge_topic_links",
        "editorial.merging._merge_topics",
        "editorial.merging._move_aliases",
        "editorial.merging._move_articles",
        "editorial.merging._move_children",
    },
    "merge of providers": {
        "editorial.merging._give_articles",
        "editorial.merging._merge_providers",
    },
    "order of topics": {
        "editorial.merging.order_topics",
    },
    "pins end": {
        "editorial.pins.end",
    },
    "pins move": {
        "editorial.pins.order_pins",
    },
    "decisions taken back": {
        "editorial.stories.apply._write_leads",
        "editorial.stories.apply._write_decisions",
    },
    "merge undone": {
        "editorial.undo._create",
        "editorial.undo._delete_created",
    },
    "undo": {
        "editorial.undo._update",
        "editorial.undo.undo",
    },
    "article restored": {
        "editorial.versions._restore_article",
    },
    "restore": {
        "editorial.versions._restore_row",
    },
    "data files": {
        "sync.imports.decision_files._set",
        "sync.imports.providers.Organizations.apply_names",
        "sync.imports.taxonomy.save_changes",
        "sync.imports.topics._set_parent",
        "sync.imports.topics.Topics.apply_names",
        "sync.imports.topics.ensure_topics",
        "sync.old_names.take_from_alias",
    },
    "images come": {
        "sync.imports.assets.update_own_images",
    },
    "files moved": {
        "sync.imports.matching.Matcher.move",
    },
    "import": {
        "sync.imports.writing.ArticleWriter.save",
        "sync.imports.writing.ArticleWriter.write",
        "sync.imports.linking.link_topics",
    },
    "references": {
        "sync.imports.linking.Linker.create",
        "sync.imports.linking.Linker.forget_orphans",
        "sync.imports.linking._replace_rows",
        "sync.imports.references._refresh",
        "sync.imports.references.forget_references",
    },
    "address left": {
        "sync.imports.linking.Linker.retarget",
    },
    "new provider": {
        "sync.imports.providers.ensure_providers",
    },
    "files gone and back": {
        "sync.imports.run.Import.keep_unchanged",
        "sync.imports.missing.Missing.report",
    },
    "provider logo": {
        "sync.old_names._store_old_domain",
    },
    "topic renamed": {
        "sync.old_names._store_old_words",
        "sync.old_names.save_renamed",
    },
    "site of stories": {
        "sync.story_addresses._make_stories",
    },
    "file expires": {
        "editorial.schedule._end",
    },
    "sample removed": {
        "sync.sample._remove_beside_others",
    },
    "cleaned up": {
        "editorial.cleanup._delete",
    },
    "thread named": {
        "editorial.threads.deciding.name_thread",
    },
    "thread cut": {
        "editorial.threads.deciding._decide",
    },
    "thread released": {
        "editorial.threads.deciding.release",
    },
    "site of threads": {
        "sync.thread_addresses._make_threads",
        "sync.thread_addresses._stories_led_by",
    },
}
# Each transaction is an event: a run has one for its files of topics, of providers, for each batch, and so on. What is
# done twice is two.
SEVERAL = {"import", "bulk topics", "pins end", "file taken", "references", "address left", "files moved",
           "files gone and back", "images come", "data files", "topic file renamed", "better names", "new provider", "conflict at import",
           "site of stories", "site of threads"}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_writer_names_all_that_it_changes(name: str, tmp_path: Path) -> None:
    world = World.made(tmp_path)
    act = ALL[name](world)
    before = snapshot()
    with events() as raised, called() as functions:
        act()
    after = snapshot()
    assert WRITES.get(name, set()) - functions == set()
    assert unnamed(before, after, raised) == {}
    assert (before == after) == (name in UNCHANGED)
    if name in QUIET:
        assert raised == []
    elif name not in SEVERAL:
        assert len(raised) == 1, raised


def test_no_writer_is_overlooked() -> None:
    """Each function that writes rows is called by one of the acts, or no reader sees what it writes."""
    writers = set().union(*(writers_in(room) for room in ROOMS))
    assert writers == UNSEEN.union(*WRITES.values())
    assert set(WRITES) <= set(ALL)

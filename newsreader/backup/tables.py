"""Which tables an archive has: each is decided on here, and a test asks for a decision about new ones."""

from typing import Any

from django.apps.registry import Apps
from django.db.models import Model, QuerySet

# What stays out of archives, by model label, and why.
LEFT_OUT = {
    "account.emailconfirmation": "links that were just sent",
    "accounts.desksession": "everybody logs in again",
    "articles.periodictime": "the clock plans anew",
    "articles.searchaddress": "rebuilt from articles",
    "articles.searchdocument": "rebuilt from articles",
    "articles.searchword": "rebuilt from articles",
    "articles.worker": "processes of this machine",
    "audit.auditentry": "nobody could take it back: audit_log --json writes it out",
    "audit.sweep": "always empty",
    "backup.backup": "the archives of this machine",
    "sessions.session": "everybody logs in again",
}
# What is in archives.
KEPT = {
    "accounts.invitation",
    "account.emailaddress",
    "admin.logentry",
    "articles.action",
    "articles.actiontarget",
    "articles.article",
    "articles.articlealias",
    "articles.articletopic",
    "articles.contentfolder",
    "articles.datafile",
    "articles.earliertitle",
    "articles.feedversion",
    "articles.historicalarticle",
    "articles.historicalpin",
    "articles.historicalprovider",
    "articles.historicalstorydecision",
    "articles.historicalstorylead",
    "articles.historicalthreaddecision",
    "articles.historicalthreadname",
    "articles.historicaltopic",
    "articles.importchange",
    "articles.importproblem",
    "articles.importrun",
    "articles.listingmonth",
    "articles.note",
    "articles.note_mentioned",
    "articles.pin",
    "articles.previewlink",
    "articles.provider",
    "articles.provideralias",
    "articles.recordedchange",
    "articles.relatedentry",
    "articles.relatedlink",
    "articles.savedview",
    "articles.story",
    "articles.storycomparison",
    "articles.storydecision",
    "articles.storyevidence",
    "articles.storylead",
    "articles.storymark",
    "articles.storymember",
    "articles.storyvocabulary",
    "articles.taskrecord",
    "articles.thread",
    "articles.threaddecision",
    "articles.threadlink",
    "articles.threadmember",
    "articles.threadname",
    "articles.tombstone",
    "articles.topic",
    "articles.topicalias",
    "articles.unlinkedentry",
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    "auth.user",
    "auth.user_groups",
    "auth.user_user_permissions",
    "contenttypes.contenttype",
    "django_tasks_database.dbtaskresult",
    "mfa.authenticator",
}
# What ``migrate`` writes into an empty database; restoring replaces it.
MADE_BY_MIGRATE = {
    "articles.storymark",
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    "contenttypes.contenttype",
}
# What a worker writes, and a site that runs, even without content: it does not make a database one that is in use, and
# its rows are not counted when a site is compared with an archive.
MADE_BY_RUNNING = {
    "articles.feedversion",
    "articles.recordedchange",
    "articles.taskrecord",
    "django_tasks_database.dbtaskresult",
}

# What follows from articles by rules of a release: a newer one may have other rows of it.
DERIVED = {
    "articles.listingmonth",
    "articles.story",
    "articles.storyevidence",
    "articles.storymember",
    "articles.storyvocabulary",
    "articles.thread",
    "articles.threadlink",
    "articles.threadmember",
}

TASK, RECORD = "django_tasks_database.dbtaskresult", "articles.taskrecord"
# Tasks that are still to be done: those that run are to be done again.
_WAITING = ["READY", "RUNNING"]
# The tasks of backups, one of which runs while a scheduled backup is made.
_OWN_TASKS = "newsreader.backup."
# What is written instead of a column's value: a task that is restored is run by nobody yet.
REPLACED: dict[str, dict[str, Any]] = {
    TASK: {"status": "READY", "started_at": None, "worker_ids": []},
    RECORD: {"worker_id": None},
}


def kept_models(apps: Apps) -> list[type[Model]]:
    """Return the models with a table in archives, by label."""
    models = [each for each in apps.get_models(include_auto_created=True) if each._meta.managed]
    return sorted((each for each in models if label(each) not in LEFT_OUT), key=label)


def label(model: type[Model]) -> str:
    return model._meta.label_lower


def kept_rows(model: type[Model]) -> QuerySet[Model]:
    """Return the rows of a model that an archive has, in the order of their keys."""
    rows = model._base_manager.order_by("pk")
    if label(model) == TASK:
        return rows.filter(status__among=_WAITING).exclude(task_path__startswith=_OWN_TASKS)
    if label(model) == RECORD:
        return rows.filter(task__status__among=_WAITING).exclude(task__task_path__startswith=_OWN_TASKS)
    return rows

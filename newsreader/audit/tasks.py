from django_tasks import task

from newsreader.audit import log


@task()
def delete_old_entries() -> None:
    """Delete entries of the audit log that are older than AUDIT_DAYS."""
    log.delete_old_entries()

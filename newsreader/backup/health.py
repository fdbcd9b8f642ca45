"""What ``doctor`` says of backups."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsreader.backup.state import backup_state
from newsreader.operations.findings import Finding, check, error, ok


@check("backup", gettext_lazy("Backups"))
def backup() -> Iterator[Finding]:
    is_urgent, text = backup_state()
    yield error(text, _("See their errors in the list of tasks, and try them again.")) if is_urgent else ok(text)

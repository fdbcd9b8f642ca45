"""The folders and files of imports, and the records of their runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.content.problems import place
from articles.models.fields import MappingField, NamesField


class DataFile(models.Model):
    """A file of a site's ``_data`` folder as it was last imported, or first exported.

    Comparing with it tells what has changed in the file since, and what editors changed.
    """

    # None if an export wrote the file and it has not been imported yet.
    folder = models.ForeignKey("ContentFolder", on_delete=models.CASCADE, null=True, related_name="data_files")
    path = models.CharField(max_length=500)
    data = models.BinaryField()
    # sha256, in hexadecimal, of each text that exports have written since then, or were about to write.
    exported = NamesField(default=list)
    # Items of lists of decisions that name articles which do not exist yet: {list: [item]}.
    waiting = MappingField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "path"], name="datafile_unique"),
            # Databases do not consider two rows without a folder equal.
            models.UniqueConstraint(
                fields=["path"], condition=models.Q(folder__isnull=True), name="datafile_unique_without_folder"
            ),
        ]

    def __str__(self) -> str:
        return self.path


class ContentFolder(models.Model):
    """A folder that articles were imported from; missing files are looked for among its articles."""

    path = models.CharField(max_length=4000, unique=True)

    def __str__(self) -> str:
        return self.path


class ImportRun(models.Model):
    """The record of one import: times, paths and totals."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        INTERRUPTED = "interrupted", _("interrupted")

    started = models.DateTimeField(_("started"))
    finished = models.DateTimeField(_("finished"), null=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.RUNNING)
    paths = models.TextField(_("paths"), help_text=_("The imported paths, one per line."))
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    left_out = models.PositiveIntegerField(_("left out"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)
    conflicts = models.PositiveIntegerField(_("conflicts"), default=0)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    notes = models.PositiveIntegerField(_("notes"), default=0)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d %H:%M} {self.state}"


class ImportProblem(models.Model):
    """A problem that an import found."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    path = models.CharField(max_length=4000)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=4)
    message = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"

    @property
    def place(self) -> str:
        """The path and the line, if there is one."""
        return place(self.path, self.line)


class ImportChange(models.Model):
    """What an import changed in an existing article: ``{field: [before, after]}``, plain values.

    Deleted with its run. It does not refer to the article's row, so that deleting one is cheap.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    article_id = models.BigIntegerField()
    changed = MappingField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["article_id", "-run"], name="importchange_article")]

    def __str__(self) -> str:
        return f"{self.article_id}: {', '.join(self.changed)}"

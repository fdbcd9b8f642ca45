"""One row of everything that the admin site has pages of, and the addresses of those pages."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from articles.editorial.previews import make_link
from articles.editorial.recording import recording
from articles.jobs import TaskOptions, enqueue
from articles.models import Article, ImportRun, Note, Pin, Provider, Story, TaskRecord, Thread, Tombstone, Topic
from newsreader.accounts.models import Invitation
from newsreader.audit.models import AuditEntry
from tests.support.addresses import Address
from tests.support.backups import nothing
from tests.support.desk_pages import make_things
from tests.support.threads import make_chain

Rows = dict[str, dict[str, str]]


def make_one_of_each(owner: User) -> Rows:
    """Make one of each; return the values of addresses' parameters by the start of the addresses that have them."""
    article, pin, action = make_things()
    make_chain(2)
    enqueue(nothing, options=TaskOptions(title="waits"))
    reset, staff = User.objects.create_user("reset", is_staff=True), Group.objects.order_by("pk")[0]
    invitation = Invitation.objects.create(name="ivo", role=staff)
    key = Authenticator.objects.create(user=reset, type="webauthn", data={"name": "key", "credential": {}})
    for model, field in ((Pin, "reason"), (Topic, "name"), (Provider, "name")):
        with recording(None, "x", "x") as record:
            record.watch(model, pk=(first := model.objects.order_by("pk")[0]).pk)
            model.objects.filter(pk=first.pk).update(**{field: "Another"})
    rows: list[Model] = [
        article, pin, action, reset, staff, invitation, Topic.objects.order_by("pk")[0], Provider.objects.order_by("pk")[0],
        Story.objects.order_by("pk")[0], Thread.objects.order_by("pk")[0], TaskRecord.objects.get(),
        Note.objects.create(article=article, text="Ask", author=owner), AuditEntry.objects.create(kind="login", what="x"),
        ImportRun.objects.create(started=timezone.now(), state="finished"), make_link(None, article),
        Tombstone.objects.create(source_path="news/gone.md"),
    ]  # fmt: skip
    values: Rows = {f"admin/{row._meta.app_label}/{row._meta.model_name}/": _of(row) for row in rows}
    values["admin/articles/note/about/"] = {"kind": "article", "pk": str(article.pk)}
    values["admin/articles/article/bulk/"] = {"name": "unlist", "query": f"ids={article.pk}"}
    values["admin/articles/provider/kind/"] = {"query": f"answer={article.provider_id}-{Provider.Kind.values[-1]}"}
    values["admin/articles/taskrecord/start/"] = {"query": "task=search"}
    values["admin/articles/story/{}/plan/"] = values["admin/articles/story/"] | {"query": "do=heat"}
    values["admin/autocomplete/"] = {"query": "app_label=articles&model_name=pin&field_name=article"}
    values["admin/account/invited/"] = {"token": invitation.get_absolute_url().split("/")[-2]}
    uid, token = urlsafe_base64_encode(force_bytes(reset.pk)), default_token_generator.make_token(reset)
    values["admin/account/new-password/"] = {"uidb64": uid, "token": token}
    values["admin/account/passkeys/"] = {"pk": str(key.pk)}
    kind = ContentType.objects.get_for_model(Article)
    values["admin/r/"] = {"content_type_id": str(kind.pk), "object_id": str(article.pk)}
    values["admin/{}"] = {"url": "no-such-page", "app_label": "articles"}
    return values


def _of(row: Model) -> dict[str, str]:
    history = getattr(row, "history", None)
    version = {"version": str(history.latest("history_id").history_id)} if history and history.exists() else {}
    return {"object_id": str(row.pk), "pk": str(row.pk), "id": str(row.pk)} | version


def path_of(address: Address, rows: Rows) -> tuple[str, str]:
    """Return an address with its parameters, and what to ask of it; fail if no row is known for a parameter."""
    start = max((start for start in rows if address.text.startswith(start)), key=len, default="")
    known = rows.get(start, {})
    missing = set(address.parameters) - set(known)
    assert not missing, (address, start)
    return "/" + address.text.format(*(known[name] for name in address.parameters)), known.get("query", "")

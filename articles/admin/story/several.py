"""Deciding about several proposals of the story desk at once: what would change, doing it, or "Not so"."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.base import show_action_message
from articles.admin.story.plan import MAX_REASON, Shown, shown
from articles.admin.story.suggestions import list_url
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.declining import decline, propose_again
from articles.editorial.stories.planning import Desk, Group, fingerprint
from articles.editorial.stories.suggestions import Join, Proposal, Split, proposals_with
from articles.models import Action
from articles.stories.joining import components
from articles.text.parameters import text_from

MAX_PROPOSALS = 200
MAX_BACK = 2000
LINES = 8  # of each story: the preview may be of many


@dataclass(frozen=True, slots=True)
class Change:
    """Stories as they are, and what becomes of them."""

    before: list[Shown]
    after: list[Shown]


def several_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what the chosen proposals would change, do it when that is confirmed with a reason, or decline them."""
    data = request.POST if request.method == "POST" else request.GET
    doing, keys, back = data.get("do", "accept"), data.getlist("proposal")[:MAX_PROPOSALS], back_of(data)
    if doing not in ("accept", "decline", "again", "see"):
        raise Http404("no such decision")
    proposals = proposals_with(keys, declined=doing == "again")
    gone = len({*keys}) - len(proposals)
    text = ngettext("%d suggestion does not hold any more.", "%d suggestions do not hold any more.", gone) % gone
    is_deciding = bool(proposals) and request.method == "POST" and doing in ("decline", "again")
    if gone and not is_deciding:
        messages.warning(request, text)
    if not proposals:
        if not keys:
            messages.error(request, _("Choose suggestions first."))
        return redirect(back)
    if is_deciding:
        action = decline_all(request, proposals) if doing == "decline" else again(request, proposals)
        show_action_message(request, action, notes=[text] if gone else ())
        return redirect(back)
    if request.method == "POST" and doing == "see":
        return _to_preview(proposals, back)
    return preview(request, context, proposals, back)


def back_of(data: QueryDict) -> str:
    """Return the page of the desk that the proposals were chosen on."""
    back = text_from(data.get("back"), MAX_BACK)
    is_here = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(
        reverse("admin:articles_story_changelist")
    )
    return back if is_here else list_url()


def _to_preview(proposals: Sequence[Proposal], back: str) -> HttpResponse:
    query = urlencode({"proposal": [each.key for each in proposals], "back": back}, doseq=True)
    return HttpResponseRedirect(f"{reverse('admin:articles_story_several')}?{query}")


# -- Accepting -------------------------------------------------------------------------------


def preview(request: HttpRequest, context: dict[str, Any], proposals: Sequence[Proposal], back: str) -> HttpResponse:
    splits = [each for each in proposals if isinstance(each, Split)]
    joins = [each for each in proposals if isinstance(each, Join)]
    desk = Desk(
        {*(each.story for each in splits), *(pk for each in joins for pk in (each.one.story, each.other.story))}
    )
    plan = desk.several(
        [(each.story, each.ids) for each in splits], [(each.one.story, each.other.story) for each in joins]
    )
    before, after = desk.before(), desk.outcome(plan)
    if request.method == "POST":
        reason = text_from(request.POST.get("reason"), MAX_REASON)
        if not reason:
            messages.error(request, _("Give a reason: other editors will want to know."))
        elif request.POST.get("seen") != fingerprint(after):
            messages.error(request, _("The stories have changed in the meantime. This would be the result now."))
        else:
            action = carry_out(request.user, plan, "story proposals", accepted_text(len(splits), len(joins)), reason)
            show_action_message(request, action)
            return redirect(back)
    context |= {
        "title": _("What these suggestions change"),
        "proposals": proposals,
        "changes": list(changes_between(before, after, {pk for each in splits for pk in each.ids}, desk)),
        "seen": fingerprint(after),
        "back": back,
        "reason_length": MAX_REASON,
    }
    return render(request, "admin/articles/story/several.html", context)


def accepted_text(splits: int, joins: int) -> str:
    parts = [
        ngettext("%d cut of a story", "%d cuts of stories", splits) % splits if splits else "",
        ngettext("%d join of two stories", "%d joins of two stories", joins) % joins if joins else "",
    ]
    return _("Accepted suggestions: %s") % _(", ").join(filter(None, parts))


def changes_between(
    before: Iterable[Group], after: Iterable[Group], chosen: Collection[int], desk: Desk
) -> Iterable[Change]:
    """Yield what becomes of stories, those together that exchange articles; without those that stay as they are."""
    sides = [*((0, group) for group in before), *((1, group) for group in after)]
    articles = [{node.id for node in group.nodes} for _side, group in sides]
    first: dict[int, int] = {}
    ties = [(at, first.setdefault(pk, at)) for at, ids in enumerate(articles) for pk in sorted(ids)]
    for places in components(range(len(sides)), ties):
        parts = [[sides[at][1] for at in sorted(places) if sides[at][0] == side] for side in (0, 1)]
        if fingerprint(parts[0]) != fingerprint(parts[1]):
            names = desk.provider_names()
            yield Change(*([shown(group, set(chosen), names, LINES) for group in part] for part in parts))


# -- Declining -------------------------------------------------------------------------------


def decline_all(request: HttpRequest, proposals: Sequence[Proposal]) -> Action | None:
    said = [(pair, each.is_cut) for each in proposals for pair in each.pairs]
    return decline(request.user, said, _declined_text(proposals))


def again(request: HttpRequest, proposals: Sequence[Proposal]) -> Action | None:
    pairs = [pair for each in proposals for pair in each.pairs]
    text = ngettext("%d declined suggestion is made again", "%d declined suggestions are made again", len(proposals))
    return propose_again(request.user, pairs, text % len(proposals))


def _declined_text(proposals: Sequence[Proposal]) -> str:
    """Return what editors read in the activity; a single proposal by its titles."""
    if len(proposals) > 1:
        return ngettext("Not so: %d suggestion", "Not so: %d suggestions", len(proposals)) % len(proposals)
    title, *others = proposals[0].headlines()
    if proposals[0].is_cut:
        return _("Not so: “%(title)s” is one story, with “%(other)s”") % {"title": title, "other": others[0]}
    return _("Not so: “%(title)s” and “%(other)s” are two stories") % {"title": title, "other": others[0]}

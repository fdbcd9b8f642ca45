"""Stories: lists, those with the newest lead first, and one with its accounts and credits."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from ninja import Query, Router

from articles.distribution.api import records
from articles.distribution.api.answers import Fields, Paging, answer, chosen, next_url, page_answer
from articles.distribution.api.cursors import newest_after
from articles.distribution.api.problems import not_found
from articles.distribution.api.schemas import FullStory, Page, Problem
from articles.distribution.api.schemas import Story as StoryRecord
from articles.models import Article, Story
from articles.models.visibility import has_come
from articles.pages.shown import ANYTHING, shows, shows_story
from articles.pages.story_coverage import accounts_from
from articles.text.parameters import MAX_NUMBER

router = Router(tags=["Stories"])


@router.get("/stories", response={200: Page[StoryRecord], 422: Problem}, url_name="stories")
def list_stories(request: HttpRequest, wanted: Query[Paging]) -> HttpResponse:
    """Return the stories that have more than one article, those with the newest lead first."""
    shows(ANYTHING)
    fields = chosen(wanted.fields, StoryRecord)
    shown = Story.objects.with_page()
    columns = ("listed_from", "tie", "id")
    found, cursor = newest_after(shown, wanted.cursor, wanted.limit, columns, records.STORY_COLUMNS)
    rows = [dict(zip(records.STORY_COLUMNS, each[3:], strict=True)) for each in found]
    absolute = request.build_absolute_uri
    leads = {lead.id: lead for lead in records.articles_of([row["lead_id"] for row in rows], absolute)}
    data = [
        StoryRecord(**records.story_values(row, leads[row["lead_id"]], absolute))
        for row in rows
        if row["lead_id"] in leads
    ]
    return page_answer(Page[StoryRecord](data=data, next=next_url(request, cursor)), fields)


@router.get("/stories/{int:pk}", response={200: FullStory, 301: None, 404: Problem, 422: Problem}, url_name="story")
def get_story(request: HttpRequest, pk: int, wanted: Query[Fields]) -> HttpResponse:
    """Return a story with all its accounts. One that became a part of another redirects to that."""
    fields = chosen(wanted.fields, FullStory)
    shows_story(pk)
    rows = Story.objects.filter(pk=pk) if pk <= MAX_NUMBER else Story.objects.none()
    row = rows.values(*records.STORY_COLUMNS, "merged_into_id", "listed_from").first()
    absolute = request.build_absolute_uri
    if row and row["merged_into_id"]:
        address = records.api_url("story", absolute, pk=row["merged_into_id"])
        return HttpResponsePermanentRedirect(f"{address}?fields={wanted.fields}" if wanted.fields else address)
    if row is None or row["lead_id"] is None or not has_come(row["listed_from"]):
        raise not_found("There is no story with this id.")
    [lead] = records.articles_of([row["lead_id"]], absolute)
    accounts = accounts_from(Article.objects.accounts_of(pk))
    story = FullStory(
        **records.story_values(row, lead, absolute),
        accounts=[records.account_from(account, absolute) for account in accounts],
        credits=records.credits_of(accounts, absolute),
    )
    return answer(story, fields)

"""What the browser tests serve: the sample edition, articles that are hard to lay out, and a page of every type."""

from tests.support.site_files import article_text

PAGE_SIZE = 3  # small enough that listings of the sample edition have many pages

LONG_WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzesentwurfsbegruendung"
WITHDRAWN = "_news/2023-09-02-withdrawn.md"
EXTRA_FILES = {
    "_data/topics/hard.yaml": f"name: {LONG_WORD}\nparent: AI in Security\ndescription: {LONG_WORD} {LONG_WORD}\n",
    WITHDRAWN: article_text(removed="true"),
    "_news/2023-09-02-hard.md": article_text(
        title=f'"{LONG_WORD}: “1 &lt; 2” &amp; {"中文標題沒有空格也必須換行" * 5}"',
        excerpt=f'"{LONG_WORD * 2} and then some."',
        webUrl='"https://hard.example/first"',
        provider=f"{{name: {LONG_WORD}, domain: {'-'.join(['a-long-domain-name'] * 3)}.example}}",
        topics=f"[{LONG_WORD}, AI, Climate, Energy, Health, Space, Transport, Cities, Robotics]",
        images="[{url: /assets/images/organizations/kerbside.example-50x50.webp, width: 50, height: 50}]",
        related=[
            {
                "title": f'"{LONG_WORD}"',
                "webUrl": '"https://hard.example/other"',
                "provider": f"{{name: {LONG_WORD}, domain: hard.example}}",
                "publishedDateTime": "2023-08-31T17:30:00Z",
            }
        ],
    ),
    "_news/2023-09-02-hard-video.md": article_text(
        title=f'"{LONG_WORD}"',
        type="video",
        webUrl='"https://hard.example/video"',
        featuredContent="""'<iframe src="https://player.vimeo.com/video/1" onload="x()"></iframe>'""",
        topics=f"[{LONG_WORD}]",
    ),
}

# The status of the pages that are no ordinary answers.
STATUSES = {"404": 404, "410": 410, "500": 500}
PAGES = {
    "front": "/",
    "topic list": "/topics/",
    "topic": "/topics/ai/",
    "topic, page 2": "/topics/ai/?page=2",
    "topic, hard": f"/topics/{LONG_WORD.lower()}/",
    "topic, folded": "/topics/ai/?view=stories",
    "story list": "/stories/",
    "story list, of a topic": "/stories/?topic=ai&by=longest",
    "thread list": "/threads/",
    # Where it is depends on the numbers that the database gives: set when the site is there.
    "story": "/stories/",
    "article": "/2023/08/27/the-marsh-that-ate-the-storm/",
    "article, hard": "/2023/09/02/hard/",
    "article, video": "/2023/08/28/watch-a-night-launch-seen-from-a-fishing-boat/",
    "article, hard video": "/2023/09/02/hard-video/",
    "article, from right to left": "/2023/09/03/madina-sahiliya-tastain-bimiyah-al-bahr/",
    "catch up": "/catch-up/?since=2023-08-01",
    "provider list": "/providers/",
    "provider": "/providers/pixelledger.example/",
    "archive": "/archive/",
    "archive month": "/archive/2023/08/",
    "ranking": "/about/ranking/",
    "settings": "/settings/",
    "saved": "/saved/",
    "offline": "/offline/",
    "search": "/search/?q=the+after:2023",
    "search, bare": "/search/",
    "search, hard": f"/search/?q={LONG_WORD}+topic:ai+-provider:nowhere+before:x",
    "search, nothing found": "/search/?q=nothngness+tideline",
    "404": "/nowhere/",
    "410": "/2023/09/02/withdrawn/",
    "500": "/broken/",
}

# What Lighthouse measures: the pages of which the site has most, and through which readers come.
LIGHTHOUSE_PAGES = ("front", "topic", "article", "story", "search")
# What there is in the sample edition and the withdrawn article alone, with as many articles on a page as there are by default.
SAMPLE_PAGES = {name: path for name, path in PAGES.items() if "hard" not in name and name != "topic, page 2"}

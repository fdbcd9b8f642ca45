"""The words and numbers that generated sites are made of: shares and deciles as measured in real files."""

from datetime import datetime

DEFAULT_MEAN_RELATED = 7.5  # entries a file; real data: 28
MAX_MEAN_RELATED = 29.0  # the heaviest tail that story_size_weights can make
MAX_STORY = 180  # articles; the longest real list of related has 179 entries
MIN_PUBLISHED_HEAT = 70  # the site's own rule for what is listed
HEAT_PER_RELATED = 20  # measured: a lead's heat is quality + 20 * related

FIRST_DAY = datetime(2020, 1, 1)
DAYS = 5 * 365
# The earliest files have no originalUrl, but a title in their images.
OLD_FORMAT_UNTIL = datetime(2021, 4, 1)

PROVIDERS = 600
PROFILES = 60  # providers with a file in _data/organizations
HOUSE_SHARE = 0.38  # share of articles by the maker of the site's subject
ASSETS = "https://assets.press.example"

# Shares of articles, stories or entries, as measured in the real files.
IMAGE_SHARE = 0.56
AMP_SHARE = 0.4  # of the providers but the largest
MAIN_TOPIC_SHARE = 0.99
VIDEO_SHARE = 1 / 230  # of the articles without related
REMOVED_SHARE = 1 / 1000  # of those that would be listed and stand alone
REPUBLISHED_SHARE = 0.02  # same title as the article before
NEXT_DAY_SHARE = 0.07  # file name one day after the publication (time zones)
SELF_LISTED_SHARE = 1 / 300
DROPPED_SHARE = 1 / 270  # of entries; the reverse link then is one-way
LINKED_STORY_SHARE = 0.01  # stories with a one-way link to the story before
CHANGED_COPY_SHARE = 0.01  # entries whose title differs from the article's

# Deciles (smallest, 10 %, ... 90 %, largest) to draw from.
SINGLE_QUALITY = (0, 17, 66, 72, 74, 78, 82, 84, 89, 101, 136)
MEMBER_QUALITY = (0, 17, 22, 36, 37, 52, 62, 67, 78, 84, 119)
EXCERPT_LENGTH = (40, 100, 122, 145, 168, 190, 208, 230, 250, 275, 345)  # characters
STORY_SPREAD = (0, 1, 2, 4, 7, 14, 35, 70, 120, 200, 260)  # days from the first
HOURS = (0, 6, 8, 9, 10, 12, 14, 16, 17, 19, 23)

# Bytes of ciphertext (a block cipher: multiples of 16), by how common they are.
CIPHERTEXT = (272,) * 11 + (400, 400, 368, 256, 240)
IMAGE_SIZES = (
    *((1200, 630),) * 4,
    *((1200, 675), (1200, 600), (647, 450), (1200, 800), (1024, 576)),
    *((700, 450), (1280, 720), (1920, 1080), (600, 315), (1600, 1600)),
)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


PLACES = _parts(
    "Harbor|Northgate|Meridian|Copper|Lakeside|Summit|Juniper|Granite|Beacon|"
    "Foundry|Crescent|Willow|Pioneer|Atlas|Bluewater|Cedar|Quarry|Sterling|"
    "Orchard|Frontier|Lantern|Prairie|Coastal|Highland|Signal|Maple|Union|"
    "Riverside|Cobalt|Élan"
)
PAPERS = _parts(
    "Ledger|Gazette|Herald|Wire|Daily|Post|Insider|Review|Tribune|Times|Monitor|"
    "Observer|Journal|Digest|Report|Standard|Chronicle|Bulletin|Dispatch|"
    "Weekly"
)
SUBJECTS = _parts(
    "Harborline|Northwind Labs|Regional hospitals|Brightwater Systems|Copperfield|"
    "Meridian Health|The Lakeside council|Quarry Software|Juniper & Sons|"
    "European regulators|A team of researchers|Larkspur Energy|Union Rail|"
    "Zürich Re|Atlas Logistics|Small manufacturers|Two universities|Vantor|"
    "Ferrant Motors|Pinecrest Bank|Open source maintainers|Sandgate Retail|"
    "Tidewater Airlines|Ministry of Transport|Orbital Nine|Keystone Grocers|"
    "Hollis Insurance|Three former engineers|S&W Shipping|Cobalt Analytics"
)
VERBS = _parts(
    "launches|expands|opens up|rolls out|previews|retires|acquires|migrates to|"
    "cuts the cost of|doubles down on|open-sources|explains|tests|replaces|"
    "secures funding for|is betting on|adds support for|moves away from|audits|"
    "standardizes on|brings forward|delays|rethinks|automates|benchmarks|"
    "certifies|simplifies|takes a second look at|unveils|warns about"
)
OBJECTS = _parts(
    "managed vector search|private network links|confidential computing|"
    "real-time fraud detection|its data warehouse|serverless workflows|"
    "digital twins of factories|predictive maintenance|edge gateways|"
    "cross-region backups|zero-trust identity|a low-code app builder|"
    "container registries|hybrid cloud storage|speech recognition|"
    "cost management tools|compliance dashboards|event streaming at scale|"
    "its customer data platform|mainframe migration|quantum-safe encryption|"
    "energy-aware scheduling|the developer portal|automated patching|"
    "“bring your own key” encryption|remote patient monitoring|"
    "machine learning pipelines|satellite imagery|its payments network|"
    "responsible AI reviews"
)
TAILS = _parts(
    "for regulated industries|in three new regions|after a year of trials|"
    "ahead of schedule|to speed up drug discovery|as demand surges|"
    "with two partners|in São Paulo and Łódź|despite supply shortages|"
    "for small and medium businesses|to meet climate targets|at half the price|"
    "following a security review|across its 400 stores|by the end of the year|"
    "to help frontline workers|without downtime|in the public sector|"
    "after customers\u2019 complaints|on a tight budget|to keep planes flying|"
    "for the next billion users|as rivals catch up|in a multi-year deal|"
    "under new leadership|to reduce alert fatigue|for hybrid teams|"
    "with a new pricing model|before the holiday season|in record time"
)
OPENERS = _parts(
    "According to the company,|Last week,|In a blog post,|Analysts say that|"
    "With this release,|For the first time,|As expected,|Speaking in Berlin,|"
    "On Tuesday,|In its quarterly report,|A spokesperson said that|Today,|"
    "In this article we look at how|Customers told us that|Over the past year,|"
    "At its annual conference,|Sources confirm that|Starting next month,|"
    "In a filing,|The study found that"
)
LABELS = _parts("Public preview|Generally available|Analysis|Opinion|Report|In depth|Case study|Video|Q&A|Update")
# One change for some of the excerpts: (words, replacement).
NOISE = (
    (", ", " &#8211; "),
    (" to ", "&nbsp;to "),
    (" and ", " &amp; "),
    (". ", "&hellip; "),
    ("s ", "&#8217;s "),
    (" with ", " &amp; with "),
    (" the ", " the\u00a0"),
    (" for ", " \u2013 for "),
    (" in ", "®\u202fin "),
    (", ", ",â€™ "),
    (" a ", " a “new” "),
    (", ", ', "yes," '),
    (". ", ".\r\n\r\n"),
    (". ", ".\n"),
)
CHANGES = (
    "Updated: {}",
    "{} \u2013 report",
    "Public preview: {}",
    "{}: What to Expect",
)

MAIN_TOPIC = "Cloud"
TOPICS = {
    "AI": "Computer Vision|Speech|Language Models|Responsible AI|MLOps",
    "Databases": "Relational Databases|Graph Databases|Caching",
    "Storage": "Object Storage|Backup",
    "IoT": "Digital Twins|Edge Computing|Connected Cars",
    "DevOps": "Continuous Delivery|Observability|Infrastructure as Code",
    "Containers": "Kubernetes|Service Mesh",
    "Security": "Threat Detection|Zero Trust|Encryption",
    "Analytics": "Data Lakes|Streaming|Business Intelligence",
    "Compute": "Virtual Machines|High Performance Computing|Quantum",
    "Migration": "Mainframes",
    "Networking": "Content Delivery|Private Links",
    "Developer tools": "Low Code|Editors",
    "Serverless": "Functions",
    "Industry": "Healthcare|Retail",
}

// Audits pages with Lighthouse's mobile preset on a Chromium of this machine. Standard input:
// {"chromium": path, "arguments": [...], "categories": [...], "throttling": method, "pages": [{"name", "url", "skip": [audit ids]}]}
// Standard output: a line of JSON for each page: {"name", "scores": {category: 0..1}, "values": {audit: number}, "flaws": [...]}
import { text } from "node:stream/consumers";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const job = JSON.parse(await text(process.stdin));
const chromium = await launch({ chromePath: job.chromium, chromeFlags: job.arguments, logLevel: "error" });
try {
  for (const page of job.pages) console.log(JSON.stringify(await audit(page)));
} finally {
  chromium.kill();
}

async function audit({ name, url, skip }) {
  const lhr = await report(url, skip);
  const categories = Object.values(lhr.categories);
  const scores = Object.fromEntries(categories.map((category) => [category.id, category.score]));
  const values = Object.fromEntries(Object.values(lhr.audits).map((each) => [each.id, each.numericValue]));
  const requests = lhr.audits["network-requests"]?.details.items ?? [];
  values["document-bytes"] = sent(requests, ["Document"]);
  values["style-and-script-bytes"] = sent(requests, ["Stylesheet", "Script"]);
  return { name, scores, values, flaws: categories.flatMap((category) => flawsOf(category, lhr.audits)) };
}

// Bytes as sent, with their headers.
function sent(requests, types) {
  return requests.filter(({ resourceType }) => types.includes(resourceType)).reduce((sum, each) => sum + each.transferSize, 0);
}

// On a busy machine Chromium may lose the beginning of a trace: that is no word about the page, so it is asked again.
async function report(url, skip, tries = 3) {
  const options = { logLevel: "error", onlyCategories: job.categories, skipAudits: skip, throttlingMethod: job.throttling };
  const { lhr } = await lighthouse(url, { port: chromium.port, ...options });
  if (!lhr.runtimeError) return lhr;
  if (tries > 1) return report(url, skip, tries - 1);
  throw new Error(`${url}: ${lhr.runtimeError.message}`);
}

// What a category counts against the page, and what it merely advises, with the items that are to blame.
function flawsOf(category, audits) {
  return category.auditRefs
    .map(({ id, weight }) => ({ weight, ...audits[id] }))
    .filter(({ score }) => score !== null && score < 1)
    .map(({ id, weight, title, displayValue, details }) => {
      const items = JSON.stringify(details?.items ?? []).slice(0, 1500);
      return `${category.id} ${weight ? "" : "(advice) "}${id}: ${title} ${displayValue ?? ""} ${items}`;
    });
}

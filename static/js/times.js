// Times in the reader's time zone and the page's language, in the server's format, so that nothing moves.
const root = document.documentElement;
// The digits that the server uses.
const LANGUAGE = `${root.lang || "en"}-u-nu-latn`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RELATIVE_FOR = 48 * HOUR;

// A time zone set on the server takes precedence, unless this browser does not know it.
const timeZone = root.dataset.timeZone || undefined;

const intl = (Kind, options) => {
  try {
    return new Kind(LANGUAGE, { ...options, timeZone });
  } catch {
    return new Kind("en", options);
  }
};
const relative = intl(Intl.RelativeTimeFormat, { numeric: "always" });
const full = intl(Intl.DateTimeFormat, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
});
const monthName = (month, length) => intl(Intl.DateTimeFormat, { month: length }).format(new Date(2000, month, 15));
const day = intl(Intl.DateTimeFormat, { day: "numeric", month: "short", year: "numeric" });
const short = (date) => {
  const parts = Object.fromEntries(day.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${parts.day} ${parts.month} ${parts.year}`;
};
const two = (number) => String(number).padStart(2, "0");

// As articles/templatetags/times.py does.
export function ago(date, now = Date.now()) {
  const age = Math.max(now - date, 0);
  if (age >= RELATIVE_FOR) return "";
  return age < HOUR
    ? relative.format(-Math.max(Math.floor(age / MINUTE), 1), "minute")
    : relative.format(-Math.floor(age / HOUR), "hour");
}

// The server's text with the day, month, year and hour in the reader's time zone.
export function moved(text, datetime) {
  const [, month] = datetime.split(/\D/).map(Number);
  const date = new Date(datetime);
  let result = text
    .replace(/\d{1,2}:\d\d/, `${two(date.getHours())}:${two(date.getMinutes())}`)
    .replace(/\b\d{4}\b/, date.getFullYear())
    .replace(/(?<![\d:])\d{1,2}(?![\d:])/, date.getDate());
  if (date.getMonth() !== month - 1) {
    const length = text.includes(monthName(month - 1, "long")) ? "long" : "short";
    result = result.replace(/\p{L}[\p{L}\p{M}]*/u, monthName(date.getMonth(), length));
  }
  return result;
}

function isElsewhere(datetime) {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(datetime) || [null, "+", 0, 0];
  const offset = (sign === "-" ? -1 : 1) * (hours * 60 + Number(minutes));
  return offset !== -new Date(datetime).getTimezoneOffset();
}

function localise(time) {
  const { dateTime: datetime } = time;
  if (!/T/.test(datetime) || Number.isNaN(Date.parse(datetime)) || !isElsewhere(datetime)) return;
  time.title = full.format(new Date(datetime));
  if (time.dataset.date) time.dataset.date = moved(time.dataset.date, datetime);
  else time.textContent = moved(time.textContent, datetime);
}

function freshen() {
  for (const time of document.querySelectorAll("time[data-date]")) {
    const words = ago(new Date(time.dateTime)) || time.dataset.date;
    if (time.textContent !== words) time.textContent = words;
  }
}

// A time that the server did not format.
export function timeElement(datetime, isExact = false) {
  const date = new Date(datetime);
  const element = document.createElement("time");
  element.className = "dt-published";
  element.dateTime = datetime;
  element.title = full.format(date);
  element.textContent = isExact ? element.title : ago(date) || short(date);
  return element;
}

// The server has already used a time zone that the reader chose.
if (!timeZone) document.querySelectorAll("time.time").forEach(localise);
freshen();
setInterval(() => document.hidden || freshen(), MINUTE);
document.addEventListener("visibilitychange", () => document.hidden || freshen());

/**
 * Instants in a person's zone and language. Instants are Dates; people are `{tz, locale}`; nothing reads the wall clock.
 */

const formatters = new Map();

function formatter(locale, options) {
  const key = locale + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    try {
      found = new Intl.DateTimeFormat(locale, options);
    } catch {
      // An unknown zone or language must not blank the page: fall back to what every browser knows.
      found = new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
    }
    formatters.set(key, found);
  }
  return found;
}

const localeOf = (person) => person?.locale || "en";
const zoneOf = (person) => person?.tz || "UTC";

/** An instant in the person's zone and language, with options as of Intl.DateTimeFormat. */
export function inWordsOf(person, instant, options) {
  return formatter(localeOf(person), { timeZone: zoneOf(person), ...options }).format(instant);
}

/** Hours and minutes, as the person's language writes them. */
export function clockTime(instant, person) {
  return inWordsOf(person, instant, { hour: "numeric", minute: "2-digit" });
}

/** The zone's short name at that instant, as "GMT+11" or "CET". */
export function zoneName(instant, person) {
  const parts = formatter(localeOf(person), { timeZone: zoneOf(person), timeZoneName: "short" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zoneOf(person);
}

/** The wall time in a zone as `{year, month, day, hour, minute, second}`, all numbers. */
export function wallTime(instant, zone) {
  const parts = formatter("en-u-hc-h23", {
    timeZone: zone, year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23",
  }).formatToParts(instant);
  return Object.fromEntries(parts.filter((part) => part.type !== "literal").map((part) => [part.type, Number(part.value)]));
}

const two = (number) => String(number).padStart(2, "0");

/** The local date, "2026-11-22": sorts and compares as text. */
export function dayKey(instant, zone) {
  const wall = wallTime(instant, zone);
  return `${wall.year}-${two(wall.month)}-${two(wall.day)}`;
}

/** Whole local days from `now` to `instant`: -1 is yesterday. */
export function daysAway(instant, now, zone) {
  const midnight = (at) => Date.parse(`${dayKey(at, zone)}T00:00:00Z`);
  return Math.round((midnight(instant) - midnight(now)) / 86_400_000);
}

/** "today", "yesterday" or "tomorrow" in the person's language, or null for any other day. */
export function nearDay(instant, now, person) {
  const away = daysAway(instant, now, zoneOf(person));
  if (Math.abs(away) > 1) return null;
  return new Intl.RelativeTimeFormat(localeOf(person), { numeric: "auto" }).format(away, "day");
}

/** A day's heading between messages. */
export function dayHeading(instant, now, person) {
  const near = nearDay(instant, now, person);
  if (near) return near.charAt(0).toLocaleUpperCase(localeOf(person)) + near.slice(1);
  const sameYear = wallTime(instant, zoneOf(person)).year === wallTime(now, zoneOf(person)).year;
  return inWordsOf(person, instant, { weekday: "long", day: "numeric", month: "long", year: sameYear ? undefined : "numeric" });
}

function offsetMinutes(instant, zone) {
  const wall = wallTime(instant, zone);
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return Math.round((asUtc - Math.floor(instant.getTime() / 1000) * 1000) / 60_000);
}

/** What a datetime-local field shows for an instant: "2026-11-22T09:30" in the zone. */
export function toLocalField(instant, zone) {
  const wall = wallTime(instant, zone);
  return `${dayKey(instant, zone)}T${two(wall.hour)}:${two(wall.minute)}`;
}

/** The instant of a datetime-local field in a zone; a skipped time moves forward, a repeated one is its first occurrence. */
export function fromLocalField(text, zone) {
  const asUtc = Date.parse(`${text}Z`);
  const guesses = [-1440, 1440].map((around) => {
    const offset = offsetMinutes(new Date(asUtc + around * 60_000), zone);
    return new Date(asUtc - offset * 60_000);
  });
  const exact = guesses.filter((guess) => toLocalField(guess, zone) === text.slice(0, 16));
  const candidates = exact.length ? exact : [guesses[0]];
  return candidates.reduce((first, one) => (one < first ? one : first));
}

/** ISO 8601 with the zone's offset at that instant: "2026-11-22T09:30:00+11:00". */
export function isoWithOffset(instant, zone) {
  const offset = offsetMinutes(instant, zone);
  const wall = wallTime(instant, zone);
  const size = Math.abs(offset);
  const sign = offset < 0 ? "-" : "+";
  return `${toLocalField(instant, zone)}:${two(wall.second)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

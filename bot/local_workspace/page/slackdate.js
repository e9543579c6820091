/**
 * Slack's date tokens, `<!date^UNIX^FORMAT^LINK|FALLBACK>`, in the reader's zone and language.
 */

import { clockTime, dayKey, inWordsOf, nearDay } from "./time.js";

const HALF_A_YEAR = 182 * 86_400_000;

function ordinal(day) {
  const teens = day % 100 > 10 && day % 100 < 14;
  return `${day}${teens ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
}

/** Slack leaves the year out of dates less than half a year away. */
function year(instant, now) {
  return Math.abs(instant - now) < HALF_A_YEAR ? undefined : "numeric";
}

function longDate(instant, now, person, weekday) {
  const options = { month: "long", day: "numeric", year: year(instant, now), weekday };
  const text = inWordsOf(person, instant, options);
  // Only American English carries the ordinal that Slack's documentation shows.
  if (!/^en(-US)?$/i.test(person?.locale || "en")) return text;
  return text.replace(/(?<=\s)\d{1,2}(?=,|$)/, (day) => ordinal(Number(day)));
}

function shortDate(instant, now, person) {
  return inWordsOf(person, instant, { month: "short", day: "numeric", year: year(instant, now) });
}

function pretty(plain) {
  return (instant, now, person) => nearDay(instant, now, person) ?? plain(instant, now, person);
}

function ago(instant, now, person) {
  const seconds = Math.round((instant - now) / 1000);
  const words = new Intl.RelativeTimeFormat(person?.locale || "en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

const date = (instant, now, person) => longDate(instant, now, person);
const fullDate = (instant, now, person) => longDate(instant, now, person, "long");

/** Each format word, from `(instant, now, person)` to text. */
const FORMATS = {
  date_num: (instant, now, person) => dayKey(instant, person?.tz || "UTC"),
  date_slash: (instant, now, person) => dayKey(instant, person?.tz || "UTC").replaceAll("-", "/"),
  date,
  date_short: shortDate,
  date_long: fullDate,
  date_pretty: pretty(date),
  date_short_pretty: pretty(shortDate),
  date_long_pretty: pretty(fullDate),
  time: (instant, now, person) => clockTime(instant, person),
  time_secs: (instant, now, person) => inWordsOf(person, instant, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/**
 * The text a date token shows, or null when the token is not one Slack would render (the fallback is shown then).
 * @param {string} unix seconds, as written in the token
 * @param {string} format words in braces and literal text
 */
export function slackDate(unix, format, now, person) {
  const seconds = Number(unix);
  if (!/^-?\d+$/.test(unix) || !Number.isFinite(seconds)) return null;
  const instant = new Date(seconds * 1000);
  if (Number.isNaN(instant.getTime())) return null;
  let known = true;
  const text = format.replace(/\{(\w+)\}/g, (whole, word) => {
    if (Object.hasOwn(FORMATS, word)) return FORMATS[word](instant, now, person);
    known = false;
    return whole;
  });
  return known ? text : null;
}

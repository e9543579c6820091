/** `{{DATE(...)}}` and `{{TIME(...)}}` of Adaptive Cards, in the reader's zone and language; any other spelling stays as typed. */

import { h } from "../dom.js";
import { clockTime, inWordsOf } from "../time.js";

const FUNCTION = /^\{\{(DATE|TIME)\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d))(?:, ?(COMPACT|SHORT|LONG))?\)\}\}/;

const STYLES = {
  COMPACT: { day: "numeric", month: "numeric", year: "numeric" },
  SHORT: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  LONG: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

/** The function that begins at `at` as `{node, end}`, or null. */
export function dateOrTime(text, at, ctx) {
  const match = FUNCTION.exec(text.slice(at, at + 64));
  if (!match) return null;
  const [whole, name, iso, style] = match;
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime()) || (name === "TIME" && style)) return null;
  const words = name === "TIME" ? clockTime(instant, ctx.me) : inWordsOf(ctx.me, instant, STYLES[style ?? "COMPACT"]);
  const full = inWordsOf(ctx.me, instant, { dateStyle: "full", timeStyle: "long" });
  return { node: h("time", { datetime: instant.toISOString(), title: full }, words), end: at + whole.length };
}

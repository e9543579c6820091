/**
 * The little Markdown of Adaptive Cards as nodes: bold, italic, links, lists. Headings, tables and pictures stay as typed,
 * and so does HTML. A mention is one only where the card or message lists it as an entity.
 *
 * `ctx` is as in mrkdwn.js, with `mentions` besides: a map from a mention's exact text (`<at>Ana</at>`) to `{id, name}`.
 */

import { h } from "../dom.js";
import { characterNodes } from "../emoji.js";
import { linkNode } from "../mrkdwn.js";
import { dateOrTime } from "./dates.js";

const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", nbsp: "\u00a0" };
const ENTITY = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));/;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const ITEM = /^ {0,3}(?:([-*+])|(\d{1,9})[.)]) +(?=\S)/;
const WORD = /[\p{L}\p{N}]/u;

/** A text as a list of nodes, its lists included. */
export function markdown(text, ctx) {
  const nodes = [];
  let lines = [];
  let list = null;
  const flush = () => {
    if (lines.length) nodes.push(h("span", { class: "ac-lines" }, inline(lines.join("\n"), ctx)));
    lines = [];
  };
  for (const line of String(text ?? "").replace(/\r\n?/g, "\n").split("\n")) {
    const item = ITEM.exec(line);
    if (item) {
      flush();
      const tag = item[2] === undefined ? "ul" : "ol";
      if (list?.localName !== tag) {
        list = h(tag, { class: "ac-list", start: tag === "ol" ? Number(item[2]) : null });
        nodes.push(list);
      }
      list.append(h("li", {}, inline(line.slice(item[0].length), ctx)));
    } else if (list && !line.trim()) {
      list = null;
    } else {
      list = null;
      lines.push(line);
    }
  }
  flush();
  return nodes;
}

/** One run of text. */
export function inline(text, ctx) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...characterNodes(plain));
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = nodeAt(text, at, ctx);
    if (found?.node) {
      flush();
      nodes.push(found.node);
    } else {
      plain += found ? found.text : text[at];
    }
    at = found ? found.end : at + 1;
  }
  flush();
  return nodes;
}

function nodeAt(text, at, ctx) {
  switch (text[at]) {
    case "\\":
      return PUNCTUATION.test(text[at + 1] ?? "") ? { text: text[at + 1], end: at + 2 } : null;
    case "&":
      return entity(text, at);
    case "<":
    case "@":
      return mention(text, at, ctx);
    case "{":
      return dateOrTime(text, at, ctx);
    case "[":
      return link(text, at, ctx);
    case "*":
    case "_":
      return emphasis(text, at, ctx);
    default:
      return null;
  }
}

function entity(text, at) {
  const match = ENTITY.exec(text.slice(at, at + 12));
  if (!match) return null;
  const code = match[1] ? Number(match[1]) : match[2] ? parseInt(match[2], 16) : null;
  const char = code === null ? ENTITIES[match[3]] : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  return char === undefined ? null : { text: char, end: at + match[0].length };
}

function mention(text, at, ctx) {
  for (const [token, who] of ctx.mentions ?? []) {
    if (text.startsWith(token, at)) return { node: mentionChip(who, ctx), end: at + token.length };
  }
  return null;
}

/** A person named by an entity, warmer when it is the reader. */
export function mentionChip(who, ctx) {
  const name = ctx.people.get(who.id)?.name ?? (who.id === ctx.bot ? ctx.botName : who.name);
  return h("span", { class: who.id === ctx.me?.id ? "mention mention-me" : "mention", "data-user": who.id }, name ?? "");
}

/** Where a bracket that opens at `at` is closed, escapes and brackets in between stepped over; -1 when nowhere. */
function closing(text, at, opened, closed) {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === opened) depth += 1;
    else if (text[i] === closed) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

function link(text, at, ctx) {
  const end = closing(text, at, "[", "]");
  if (end < 0 || text[end + 1] !== "(") return null;
  const last = closing(text, end + 1, "(", ")");
  if (last < 0) return null;
  const url = unescaped(text.slice(end + 2, last).trim().replace(/\s+"[^"]*"$/, "").replace(/^<(.*)>$/, "$1"));
  if (/\s/.test(url)) return null;
  return { node: linkNode(url, h("span", {}, inline(text.slice(at + 1, end), ctx)), ctx), end: last + 1 };
}

function unescaped(text) {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1").replace(/&amp;/g, "&");
}

function emphasis(text, at, ctx) {
  const mark = text[at];
  const width = text[at + 1] === mark ? 2 : 1;
  const from = at + width;
  if (!text[from] || /\s/.test(text[from]) || (mark === "_" && WORD.test(text[at - 1] ?? ""))) return null;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === "[" && closing(text, i, "[", "]") > 0) i = closing(text, i, "[", "]");
    else if (text[i] === mark && i > from && !/\s/.test(text[i - 1]) && runAt(text, i) >= width && fits(text, i, mark, width)) {
      return { node: h(width === 2 ? "strong" : "em", {}, inline(text.slice(from, i), ctx)), end: i + width };
    } else if (text[i] === mark) i += runAt(text, i) - 1;
  }
  return null;
}

function runAt(text, at) {
  let end = at;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

function fits(text, at, mark, width) {
  if (width === 1 && runAt(text, at) === 2) return false;
  return mark === "*" || !WORD.test(text[at + width] ?? "");
}

/** The mention entities of a card or message, by their exact text. */
export function mentionsOf(entities) {
  const found = new Map();
  for (const one of Array.isArray(entities) ? entities : []) {
    if (one?.type === "mention" && typeof one.text === "string" && one.text && one.mentioned) found.set(one.text, one.mentioned);
  }
  return found;
}

/**
 * Slack's mrkdwn, as nodes. `<`, `>` and `&` arrive escaped, so every `<...>` here is a token somebody meant.
 *
 * `ctx` is `{people, channels, groups, me, now, openLink}`: maps by id, the reader, the workspace's now, and what to do
 * with a link into this workspace.
 */

import { h } from "./dom.js";
import { characterNodes, emojiNode, emojiOf } from "./emoji.js";
import { slackDate } from "./slackdate.js";

const TAG_OF = { "*": "strong", _: "em", "~": "del" };
const WORD = /[\p{L}\p{N}]/u;
const EMOJI = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/;
const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

/** Text as a person reads it: Slack escapes exactly these three. */
export function unescapeText(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A text in mrkdwn as a list of nodes, code fences and quotes included. */
export function mrkdwn(text, ctx) {
  return (text ?? "").split(/```\n?([\s\S]+?)\n?```\n?/).flatMap((part, index) => {
    if (index % 2) return [h("pre", {}, h("code", {}, codeText(part, ctx)))];
    return quoted(part, ctx);
  });
}

/** Lines that begin with a quote mark become one block quote, which brings its own line breaks. */
function quoted(text, ctx) {
  const groups = [];
  for (const line of text.split("\n")) {
    const mark = /^(?:&gt;|>) ?/.exec(line);
    const body = mark ? line.slice(mark[0].length) : line;
    const last = groups.at(-1);
    if (last && last.quote === Boolean(mark)) last.lines.push(body);
    else groups.push({ quote: Boolean(mark), lines: [body] });
  }
  return groups.flatMap(({ quote, lines }) => {
    const nodes = inline(lines.join("\n"), ctx);
    return quote ? [h("blockquote", {}, nodes)] : nodes;
  });
}

/** One run of text: tokens, code, emphasis, emoji. */
export function inline(text, ctx) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(...characterNodes(unescapeText(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = nodeAt(text, at, ctx);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function nodeAt(text, at, ctx) {
  const char = text[at];
  if (char === "<") {
    const end = text.indexOf(">", at);
    return end < 0 ? null : { node: token(text.slice(at + 1, end), ctx), end: end + 1 };
  }
  if (char === "`") {
    const end = text.indexOf("`", at + 1);
    if (end <= at + 1 || text.slice(at, end).includes("\n")) return null;
    return { node: h("code", {}, codeText(text.slice(at + 1, end), ctx)), end: end + 1 };
  }
  if (char === ":") {
    const match = EMOJI.exec(text.slice(at, at + 80));
    const known = match && emojiOf(match[1]);
    return known ? { node: emojiNode(match[1]), end: at + match[0].length } : null;
  }
  if (TAG_OF[char] && !WORD.test(text[at - 1] ?? "")) {
    const end = closing(text, at);
    return end < 0 ? null : { node: h(TAG_OF[char], {}, inline(text.slice(at + 1, end), ctx)), end: end + 1 };
  }
  return null;
}

/** Where the emphasis opened at `at` ends, or -1; tokens and code in between are stepped over. */
function closing(text, at) {
  const mark = text[at];
  if (!text[at + 1] || /[\s]/.test(text[at + 1]) || text[at + 1] === mark) return -1;
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i += 1) {
    if (text[i] === "<" || text[i] === "`") {
      const end = text.indexOf(text[i] === "<" ? ">" : "`", i + 1);
      if (end > 0) i = end;
    } else if (text[i] === mark && !/\s/.test(text[i - 1]) && !WORD.test(text[i + 1] ?? "")) {
      return i;
    }
  }
  return -1;
}

/** Inside code nothing is formatted, but a link Slack made of an address is shown as the address. */
function codeText(text, ctx) {
  return unescapeText(text.replace(/<([^<>]+)>/g, (_, body) => token(body, ctx).textContent));
}

function token(body, ctx) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescapeText(body.slice(bar + 1));
  if (target.startsWith("@")) return personChip(target.slice(1), ctx, label);
  if (target.startsWith("#")) return channelChip(target.slice(1), ctx, label);
  if (target.startsWith("!date^")) return dateNode(target, label, ctx);
  if (target.startsWith("!subteam^")) return groupChip(target.slice("!subteam^".length), ctx, label);
  if (target.startsWith("!")) return chip(label ?? `@${target.slice(1)}`, "mention mention-all");
  return linkNode(unescapeText(target), label ?? unescapeText(target).replace(/^(mailto|tel):/, ""), ctx);
}

const chip = (text, kind) => h("span", { class: kind }, text);

/** A person's name as a chip, warmer when it is the reader. */
export function personChip(id, ctx, label = null) {
  const known = id === ctx.bot ? ctx.botName : ctx.people.get(id)?.name;
  const name = known ?? label?.replace(/^@/, "") ?? id;
  return h("span", { class: id === ctx.me?.id ? "mention mention-me" : "mention", "data-user": id }, `@${name}`);
}

/** A user group's handle as a chip, warmer when the reader is in it. */
export function groupChip(id, ctx, label = null) {
  const known = ctx.groups.get(id);
  const name = known?.handle ?? label?.replace(/^@/, "") ?? id;
  const kind = known?.members.includes(ctx.me?.id) ? "mention mention-me" : "mention";
  return h("span", { class: kind, "data-group": id }, `@${name}`);
}

/** A channel's name as a chip. */
export function channelChip(id, ctx, label = null) {
  const name = ctx.channels.get(id)?.name ?? (label || "private channel");
  return h("span", { class: "mention", "data-channel": id }, `#${name}`);
}

function dateNode(target, fallback, ctx) {
  const [, unix, format, link] = target.split("^");
  const text = slackDate(unix, unescapeText(format ?? ""), ctx.now, ctx.me);
  if (text === null) return document.createTextNode(fallback ?? "");
  const moment = h("time", { datetime: new Date(Number(unix) * 1000).toISOString(), title: fallback }, text);
  return link ? linkNode(unescapeText(link), moment, ctx) : moment;
}

/** A link, or its bare text when the address is not one a chat would follow. */
export function linkNode(url, label, ctx) {
  if (!SAFE_LINK.test(url)) return h("span", {}, label);
  const props = { href: url, target: "_blank", rel: "noopener noreferrer" };
  if (ctx.openLink) props.on = { click: (event) => ctx.openLink(url) && event.preventDefault() };
  return h("a", props, label);
}

/** One message as a row: who, when, what, its reactions, and what can be done with it. */

import { blocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { asTyped, editForm } from "./editing.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar, isApp, nameOf, roleWord } from "./people.js";
import { reactionChips } from "./reactions.js";
import { isBroadcast, sentAt } from "./threads.js";
import { clockTime, dayKey, inWordsOf } from "./time.js";
import { longPress, toolbar, toolsButton } from "./toolbar.js";

/**
 * A message row.
 * @param {any} message as the control API gives it
 * @param {{channel: any, ctx: any, compact?: boolean, replies?: any[], root?: any, inThread?: boolean, editing?: boolean}} view
 */
export function messageRow(message, view) {
  const { ctx, compact } = view;
  const app = isApp(message, ctx);
  const person = ctx.people.get(message.user);
  const classes = ["message", compact && "compact", message.ephemeral_for && "ephemeral", message.subtype === "tombstone" && "tombstone"];
  const row = h("article", {
    class: classes.filter(Boolean).join(" "), tabindex: "-1", "data-testid": "message", "data-ts": message.ts,
    "data-channel": view.channel.id, "data-user": message.user, "data-ephemeral": message.ephemeral_for ? "true" : null,
    "aria-label": `${nameOf(message.user, ctx)}, ${clockTime(sentAt(message), ctx.me)}`,
  },
  h("div", { class: "gutter" }, compact ? stamp(message, ctx, true) : avatar(message.user, ctx)),
  h("div", { class: "message-body" },
    message.ephemeral_for && !compact && h("div", { class: "note" }, "Only visible to you"),
    !compact && h("div", { class: "byline" },
      h("span", { class: "author" }, nameOf(message.user, ctx)),
      app ? h("span", { class: "badge" }, "App") : person && h("span", { class: "role" }, roleWord(person)),
      stamp(message, ctx), app && message.edited && h("span", { class: "edited" }, "(edited)")),
    isBroadcast(message) && !view.inThread && h("div", { class: "note" }, "replied in a thread: ", threadLink(message, view)),
    view.editing ? editForm(message, view) : content(message, app, view),
    message.ephemeral_for ? null : reactionChips(message, view),
    !view.inThread && repliesLine(message, view)),
  ...(view.editing || message.subtype === "tombstone" ? [] : [toolsButton(), toolbar(message, view)]));
  longPress(row);
  return row;
}

function stamp(message, ctx, short = false) {
  const at = sentAt(message);
  return h("time", {
    class: "stamp", datetime: at.toISOString(),
    title: inWordsOf(ctx.me, at, { dateStyle: "full", timeStyle: "long" }),
  }, short ? clockTime(at, ctx.me).replace(/\s?[ap]\.?m\.?$/i, "") : clockTime(at, ctx.me));
}

/** People's words are read as mrkdwn, as Slack's client does with what they type; an app's blocks replace its text. */
function content(message, app, view) {
  const ctx = { ...view.ctx, where: `${view.channel.id} ${message.ts}`, dispatch: (action) => view.dispatch(message, action) };
  const edited = !app && message.edited && h("span", { class: "edited" }, " (edited)");
  const hasBlocks = app && message.blocks?.length;
  return h("div", { class: "content" },
    hasBlocks ? blocks(message.blocks, ctx) : h("div", { class: "words" }, mrkdwn(message.text, ctx), edited),
    (message.files ?? []).map((one) => h("div", { class: "words" }, one.name)),
    (message.attachments ?? []).map((one) => attachment(one, ctx)));
}

function attachment(spec, ctx) {
  const node = h("div", { class: "attachment" },
    spec.title && h("strong", {}, spec.title),
    spec.blocks ? blocks(spec.blocks, ctx) : h("div", { class: "words" }, mrkdwn(spec.text ?? spec.fallback ?? "", ctx)));
  if (/^#?[0-9a-f]{6}$/i.test(spec.color ?? "")) node.style.setProperty("--bar", `#${spec.color.replace("#", "")}`);
  return node;
}

function threadLink(message, view) {
  return h("button", { type: "button", class: "link", on: { click: () => view.openThread(message.thread_ts) } },
    excerpt(view.root, view.ctx));
}

/** A message's text in a few words, as a link into its thread. */
function excerpt(message, ctx) {
  const words = asTyped(message?.text, ctx).replace(/[*_~`]/g, "").split("\n")[0].trim();
  return words.length > 70 ? `${words.slice(0, 69)}…` : words || "open it";
}

function repliesLine(message, view) {
  const replies = (view.replies ?? []).filter((reply) => !reply.ephemeral_for);
  if (!replies.length) return null;
  const { ctx } = view;
  const last = sentAt(replies.at(-1));
  const sameDay = dayKey(last, ctx.me?.tz || "UTC") === dayKey(ctx.now, ctx.me?.tz || "UTC");
  const when = sameDay ? clockTime(last, ctx.me) : inWordsOf(ctx.me, last, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  const who = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  return h("button", {
    type: "button", class: "replies", "data-testid": "replies", "data-focus": "replies", on: { click: () => view.openThread(message.ts) },
  },
  h("span", { class: "faces" }, who.map((id) => avatar(id, ctx, "tiny"))),
  h("span", { class: "count" }, replies.length === 1 ? "1 reply" : `${replies.length} replies`),
  h("span", { class: "when" }, `last ${when}`), icon("forward"));
}

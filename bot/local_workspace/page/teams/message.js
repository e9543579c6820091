/** One message as Teams shows it: a post, a reply, or a line of a chat. */

import { act } from "../api.js";
import { h, icon } from "../dom.js";
import { editForm } from "../editing.js";
import { avatar, isApp, nameOf, roleWord } from "../people.js";
import { sentAt } from "../threads.js";
import { clockTime, dayKey, inWordsOf } from "../time.js";
import { attempt, toast } from "../toast.js";
import { longPress, moreRows, moreTool, tool, toolbarNode, toolsButton } from "../toolbar.js";
import { actionId } from "./actions.js";
import { card } from "./card.js";
import { inline, markdown, mentionsOf } from "./markdown.js";
import { reactionChips, reactionTools } from "./reactions.js";

/** What was put into the inputs of each message's card, by channel and message. */
const drafts = new Map();

/**
 * A message row.
 * @param {any} message as the control API gives it
 * @param {{channel: any, ctx: any, part: "post"|"reply"|"chat", compact?: boolean, editing?: boolean, openThread: (ts: string) => void, dismiss: (message: any) => void}} view
 */
export function teamsRow(message, view) {
  const { ctx, part, compact } = view;
  const app = isApp(message, ctx);
  const mine = message.user === ctx.me?.id;
  const person = ctx.people.get(message.user);
  const gone = Boolean(message.deleted) || message.subtype === "tombstone";
  const classes = ["message", `t-${part}`, compact && "compact", mine && "mine", message.ephemeral_for && "ephemeral", gone && "tombstone"];
  const row = h("article", {
    class: classes.filter(Boolean).join(" "), tabindex: "-1", "data-testid": "message", "data-ts": message.ts, "data-part": part,
    "data-channel": view.channel.id, "data-user": message.user, "data-ephemeral": message.ephemeral_for ? "true" : null,
    "aria-label": `${nameOf(message.user, ctx)}, ${clockTime(sentAt(message), ctx.me)}`,
  },
  h("div", { class: "gutter" }, !compact && avatar(message.user, ctx, part === "post" ? "" : "medium")),
  h("div", { class: "message-body" },
    !compact && h("div", { class: "byline" },
      h("span", { class: "author" }, nameOf(message.user, ctx)),
      app ? h("span", { class: "badge" }, "Bot") : person && h("span", { class: "role" }, roleWord(person)),
      stamp(message, ctx), Boolean(message.edited) && !gone && h("span", { class: "edited" }, "Edited")),
    message.ephemeral_for && h("div", { class: "note" }, icon("eye"), mine ? "Only you and Vigie can see this message" : "Only you can see this message"),
    gone ? h("div", { class: "content" }, "This message has been deleted.") : view.editing ? editForm(message, view) : content(message, app, view),
    message.ephemeral_for ? null : reactionChips(message, view)),
  ...(view.editing || gone ? [] : [toolsButton(), bar(message, view)]));
  longPress(row);
  return row;
}

function stamp(message, ctx) {
  const at = sentAt(message);
  const today = dayKey(at, ctx.me?.tz || "UTC") === dayKey(ctx.now, ctx.me?.tz || "UTC");
  const words = today ? clockTime(at, ctx.me) : inWordsOf(ctx.me, at, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  return h("time", { class: "stamp", datetime: at.toISOString(), title: inWordsOf(ctx.me, at, { dateStyle: "full", timeStyle: "long" }) }, words);
}

function content(message, app, view) {
  const where = `${view.channel.id} ${message.ts}`;
  const ctx = { ...view.ctx, where, mentions: named(message, view.ctx), dispatch: (spec, values) => dispatch(message, view, spec, values) };
  if (!drafts.has(where)) drafts.set(where, new Map());
  // Whoever pressed may see another card than everybody, until the message itself is edited.
  const shown = message.shown_to?.[ctx.me?.id] ?? message.card;
  return h("div", { class: "content" },
    message.text && !(message.card && message.text === message.summary) && h("div", { class: "words" }, app ? markdown(message.text, ctx) : typed(message.text, ctx)),
    (message.files ?? []).map((one) => h("div", { class: "words" }, one.name ?? "")),
    shown && card(shown, ctx, drafts.get(where)));
}

/** Whom a message mentions, by what stands in its text for them. */
function named(message, ctx) {
  const found = mentionsOf(message.entities);
  for (const id of message.mentions ?? []) {
    const name = ctx.people.get(id)?.name ?? (id === ctx.bot ? ctx.botName : null);
    if (name) found.set(`@${name}`, { id, name });
  }
  return found;
}

/** What a person typed stands as typed, but for the mentions in it. */
function typed(text, ctx) {
  return inline(text.replace(/[\\&[*_{]/g, (char) => `\\${char}`), ctx);
}

async function dispatch(message, view, spec, values) {
  const data = spec.data && typeof spec.data === "object" ? spec.data : {};
  const action = { action_id: actionId(spec), value: data.value, values };
  const answer = await attempt(() => act("interact", { channel: view.channel.id, messageTs: message.ts, user: view.ctx.me?.id, action }));
  if (answer?.message) toast(answer.message, "notice");
  if (answer?.ok) drafts.delete(`${view.channel.id} ${message.ts}`);
  return answer;
}

function bar(message, view) {
  const node = toolbarNode();
  if (message.ephemeral_for) {
    node.append(tool("dismiss", "Dismiss for me", icon("close"), () => view.dismiss(message)));
    return node;
  }
  node.append(...reactionTools(tool, message, view));
  if (view.part !== "chat") node.append(tool("reply", "Reply", icon("reply"), () => view.openThread(message.thread_ts ?? message.ts)));
  const rows = moreRows(message, view);
  if (rows.length) node.append(moreTool(rows));
  return node;
}

/** A Teams channel: posts, each with its replies below it and a place to answer. */

import { act } from "../api.js";
import { Composer } from "../composer.js";
import { h } from "../dom.js";
import { store, update } from "../store.js";
import { isReply, sentAt } from "../threads.js";
import { dayHeading, dayKey } from "../time.js";
import { Timeline, handlers, signature } from "../timeline.js";
import { teamsRow } from "./message.js";

/** Of longer threads the last replies are shown; the others are one press away. */
const LAST = 4;

/** The list of a channel's posts; `send(text, root)` posts an answer. */
export class Posts extends Timeline {
  constructor(label, leave, send) {
    super(label, leave);
    this.node.classList.add("posts");
    this.send = send;
    this.unfolded = new Set();
  }

  items(messages, view) {
    const full = { ...view, ...handlers(view.channel) };
    const zone = view.ctx.me?.tz || "UTC";
    const items = [];
    let day = null;
    let marked = !view.newFrom;
    for (const [root, post] of threads(messages)) {
      const first = post.head ?? post.replies[0];
      const today = dayKey(sentAt(first), zone);
      if (today !== day) items.push(separator(`day ${today}`, dayHeading(sentAt(first), view.ctx.now, view.ctx.me), "day"));
      day = today;
      const fresh = [post.head, ...post.replies].some((one) => one && one.ts > view.newFrom && one.user !== view.ctx.me?.id);
      if (!marked && fresh) {
        marked = true;
        items.push(separator("new", "New", "new-line"));
      }
      items.push(...this.thread(root, post, full));
    }
    return items;
  }

  thread(root, { head, replies }, view) {
    const folded = this.unfolded.has(root) || store.thread === root ? 0 : Math.max(0, replies.length - LAST);
    const items = head ? [this.row(head, { ...view, part: "post" })] : [];
    if (folded > 0) items.push(this.unfold(root, folded));
    items.push(...replies.slice(folded).map((reply) => this.row(reply, { ...view, part: "reply" })));
    if (!head?.ephemeral_for) items.push(this.foot(root, view));
    return items;
  }

  row(message, view) {
    const full = { ...view, replies: [], editing: store.editing === message.ts };
    return { key: message.ts, sign: `${view.part} ${signature(message, full)}`, build: () => teamsRow(message, full) };
  }

  unfold(root, count) {
    const open = () => {
      this.unfolded.add(root);
      update();
    };
    const label = count === 1 ? "1 earlier reply" : `${count} earlier replies`;
    return { key: `fold ${root}`, sign: label, build: () => h("div", { class: "t-fold" }, h("button", { type: "button", class: "link", "data-testid": "replies", on: { click: open } }, label)) };
  }

  foot(root, view) {
    const open = store.thread === root;
    return { key: `foot ${root}`, sign: `${open} ${view.ctx.me?.id}`, build: () => h("div", { class: "t-foot" }, open ? this.answer(root) : replyButton(root)) };
  }

  answer(root) {
    const composer = new Composer({ id: "reply-composer", label: "Reply", slash: true, send: (text) => this.send(text, root) });
    composer.label("Reply");
    composer.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      update({ thread: null });
      this.list.querySelector(`[data-ts="${CSS.escape(root)}"]`)?.focus({ preventScroll: true });
    });
    setTimeout(() => composer.box.focus({ preventScroll: true }));
    return composer.node;
  }
}

function replyButton(root) {
  // By keyboard the tools of the message in focus have it: one more stop under every post would be many.
  return h("button", { type: "button", class: "t-answer", tabindex: "-1", "data-testid": "reply-here", "data-focus": "reply-here", on: { click: () => update({ thread: root }) } }, "Reply");
}

function separator(key, words, look) {
  return { key, sign: words, build: () => h("div", { class: look, role: "separator" }, h("span", {}, words)) };
}

/** Posts by their root, in the order of the roots; a reply whose post is not in sight stands for it. */
function threads(messages) {
  const found = new Map();
  for (const message of messages) {
    const root = isReply(message) ? message.thread_ts : message.ts;
    if (!found.has(root)) found.set(root, { head: null, replies: [] });
    if (isReply(message)) found.get(root).replies.push(message);
    else found.get(root).head = message;
  }
  return [...found].sort(([one], [other]) => one.length - other.length || one.localeCompare(other));
}

/** What is typed in a channel or chat of Teams, sent: `/ticket ...` as a command that the bot alone sees. */
export function sendTyped(channel, user, text, root = null) {
  const command = channel.kind === "dm" ? null : /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  const where = root ? { thread_ts: root } : {};
  if (!command) return act("message", { channel: channel.id, user, text, ...where });
  return act("command", { channel: channel.id, user, command: command[1], text: command[2], ...where });
}

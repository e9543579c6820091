/** The thread panel: a message, its replies, and a composer that posts below it. */

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { openLink } from "./links.js";
import { channelTitle } from "./people.js";
import { commandIn, me, myIdIn, onChange, openChannel, platformOf, reading, store, update } from "./store.js";
import { isReply } from "./threads.js";
import { Timeline } from "./timeline.js";

const root = document.getElementById("thread");
const where = h("span", { class: "about" });
const timeline = new Timeline("Thread");
const composer = new Composer({ id: "thread-composer", label: "Reply", slash: false, send, refuse });
let shown = null;

/** The thread's timeline, so that a link can bring a reply into sight. */
export const threadTimeline = timeline;

function refuse(text) {
  if (!/^\/\S/.test(text)) return null;
  if (me()?.external) return "Commands are for the company that installed Vigie: write what you need in your own words.";
  return `Slash commands do not work in threads, as in Slack. Type ${commandIn(openChannel())} in the channel, or press a button here.`;
}

function send(text) {
  return act("message", { channel: store.channel, user: myIdIn(openChannel()), text, thread_ts: store.thread });
}

function close() {
  const row = document.querySelector(`#channel [data-ts="${CSS.escape(store.thread ?? "")}"]`);
  update({ thread: null });
  row?.focus({ preventScroll: true });
}

function draw() {
  const channel = openChannel();
  if (channel && store.thread && !store.messages.has(channel.id)) return;
  // In Teams replies stand below their post.
  const open = Boolean(channel && store.thread) && platformOf(channel) === "slack";
  root.hidden = !open;
  document.body.classList.toggle("thread-open", open);
  if (!open) {
    shown = null;
    return;
  }
  const ctx = reading({ channel, openLink });
  const all = store.messages.get(channel.id);
  const messages = all.filter((message) => message.ts === store.thread || (isReply(message) && message.thread_ts === store.thread));
  const identity = `${store.me} ${channel.id} ${store.thread}`;
  where.textContent = channelTitle(channel, ctx);
  composer.label("Reply…");
  timeline.draw(messages, { channel, ctx, identity, inThread: true, empty: "This message is gone." });
  if (shown !== identity) {
    shown = identity;
    composer.say(me()?.external ? "" : "Slash commands do not work in threads.");
    composer.box.focus({ preventScroll: true });
  }
}

/** Draws the thread panel from now on. */
export function startThread() {
  root.append(
    h("header", { class: "pane-head" }, h("h2", {}, "Thread"), where,
      h("button", { type: "button", class: "quiet", "aria-label": "Close thread", "data-testid": "thread-close", on: { click: close } }, icon("close"))),
    timeline.node, composer.node);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  onChange(draw);
}

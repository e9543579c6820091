/** The open channel: its messages and the composer, or the app's Home page. */

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { homePage, openHome } from "./home.js";
import { openLink } from "./links.js";
import { deepen } from "./live.js";
import { markRead, readUpTo } from "./marks.js";
import { channelTitle, nameOf } from "./people.js";
import { HOME, me, onChange, openChannel, reading, store } from "./store.js";
import { commandName } from "./suggest.js";
import { inChannel, repliesByRoot } from "./threads.js";
import { Timeline } from "./timeline.js";

const root = document.getElementById("channel");
const heading = h("h1");
const about = h("span", { class: "about" });
const header = h("header", { class: "pane-head" }, heading, about);
const timeline = new Timeline("Messages", () => composer.box.focus());
const composer = new Composer({ id: "composer", label: "Message", slash: true, send });
const home = h("div", { class: "home", "data-testid": "home", hidden: true });

let opened = null;
let newFrom = null;

/** The channel's timeline, so that a link can bring a message into sight. */
export const channelTimeline = timeline;

function send(text) {
  const channel = store.channel;
  const user = store.me;
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) return act("message", { channel, user, text });
  return act("command", { channel, user, command: command[1], text: command[2] });
}

function enter(channel) {
  const identity = `${store.me} ${store.channel}`;
  if (identity === opened) return;
  opened = identity;
  newFrom = null;
  composer.say("");
  if (store.channel === HOME) openHome();
  else if (channel) newFrom = readUpTo(store.me, channel.id);
}

function draw() {
  if (!store.state) return;
  const channel = openChannel();
  if (channel && !store.messages.has(channel.id)) return;
  enter(channel);
  const atHome = store.channel === HOME;
  home.hidden = !atHome;
  timeline.node.hidden = atHome || !channel;
  composer.node.hidden = atHome || !channel;
  if (atHome) {
    heading.dataset.name = HOME;
    heading.replaceChildren(icon("home"), "Vigie Home");
    about.textContent = "what the app shows you alone";
    homePage(home);
  } else if (channel) drawChannel(channel);
}

function drawChannel(channel) {
  const ctx = reading({ openLink });
  const all = store.messages.get(channel.id);
  const name = channelTitle(channel, ctx);
  if (heading.dataset.name !== name) {
    heading.dataset.name = name;
    heading.replaceChildren(channel.kind === "dm" ? "" : icon("hash"), channel.kind === "dm" ? name : channel.name);
  }
  about.textContent = channel.kind === "dm" ? "direct messages" : channel.members.map((id) => nameOf(id, ctx).split(" ")[0]).join(", ");
  // Slack shows an app's commands only to the company that installed it.
  const commands = !me()?.external;
  composer.label(commands ? `Message ${name}, or ${commandName()} …` : `Message ${name}`);
  timeline.draw(all.filter(inChannel), {
    channel, ctx, replies: repliesByRoot(all), roots: new Map(all.map((message) => [message.ts, message])), identity: opened,
    more: all.length >= store.depth ? deepen : null,
    newFrom: newFrom === "0" ? null : newFrom, empty: commands ? `Nothing here yet. Try: ${commandName()} new sev1 Link down in Sydney` : "Nothing here yet. Write what troubles you.",
  });
  if (document.visibilityState === "visible") markRead(store.me, channel.id, all);
}

/** Draws the channel from now on. */
export function startChannel() {
  composer.node.hidden = true; // until it is known who writes, and where
  root.append(header, home, timeline.node, composer.node);
  document.getElementById("skip").addEventListener("click", () => {
    const target = composer.node.hidden ? home.querySelector("button,a[href],select") : composer.box;
    target?.focus();
  });
  onChange(draw);
  document.addEventListener("visibilitychange", draw);
}

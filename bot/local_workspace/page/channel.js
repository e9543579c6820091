/** The open channel or chat: its messages and the composer, or the app's Home page. */

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { h, icon } from "./dom.js";
import { homePage, openHome } from "./home.js";
import { openLink } from "./links.js";
import { deepen } from "./live.js";
import { markRead, readUpTo } from "./marks.js";
import { channelTitle, nameOf } from "./people.js";
import { HOME, commandIn, meOn, myIdIn, onChange, openChannel, platformOf, reading, shortcutsOn, store } from "./store.js";
import { teamsRow } from "./teams/message.js";
import { Posts, sendTyped } from "./teams/posts.js";
import { inChannel, repliesByRoot } from "./threads.js";
import { Timeline } from "./timeline.js";
import { attempt } from "./toast.js";

const root = document.getElementById("channel");
const heading = h("h1");
const about = h("span", { class: "about" });
const header = h("header", { class: "pane-head" }, heading, about);
const toComposer = () => composer.box.focus();
const timeline = new Timeline("Messages", toComposer);
const posts = new Posts("Posts", toComposer, (text, post) => sendTyped(openChannel(), myIdIn(openChannel()), text, post));
const composer = new Composer({ id: "composer", label: "Message", slash: true, send, more: apps });
const home = h("div", { class: "home", "data-testid": "home", hidden: true });

let opened = null;
let newFrom = null;

/** The timelines of this pane, so that a link can bring a message into sight. */
export const channelTimelines = [timeline, posts];

function send(text) {
  const channel = openChannel();
  const user = myIdIn(channel);
  if (platformOf(channel) === "teams") return sendTyped(channel, user, text);
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) return act("message", { channel: channel.id, user, text });
  return act("command", { channel: channel.id, user, command: command[1], text: command[2] });
}

/** What the app offers beside the message box: in Teams an action of its own, which opens a dialog at once. */
function apps() {
  const channel = openChannel();
  return shortcutsOn(platformOf(channel)).filter((one) => one.type === "compose").map((one) => ({
    label: one.name ?? one.callback_id, id: `shortcut-${one.callback_id}`,
    run: () => attempt(() => act("shortcut", { user: myIdIn(channel), callback_id: one.callback_id, channel: channel.id })),
  }));
}

function enter(channel) {
  const identity = `${store.me} ${store.channel}`;
  if (identity === opened) return;
  opened = identity;
  newFrom = null;
  composer.say("");
  if (store.channel === HOME) openHome();
  else if (channel) newFrom = readUpTo(myIdIn(channel), channel.id);
}

function draw() {
  if (!store.state) return;
  const channel = openChannel();
  if (channel && !store.messages.has(channel.id)) return;
  enter(channel);
  const atHome = store.channel === HOME;
  const hasPosts = Boolean(channel) && isPosts(channel);
  root.dataset.platform = atHome ? "slack" : platformOf(channel);
  root.dataset.kind = hasPosts ? "posts" : "chat";
  home.hidden = !atHome;
  timeline.show(!atHome && Boolean(channel) && !hasPosts);
  posts.show(!atHome && hasPosts);
  composer.node.hidden = atHome || !channel;
  if (atHome) {
    heading.dataset.name = HOME;
    heading.replaceChildren(icon("home"), "Vigie Home");
    about.textContent = "what the app shows you alone";
    homePage(home);
  } else if (channel) drawChannel(channel, hasPosts);
}

/** Whether a channel is one of posts with replies below them: a channel of Teams, no chat. */
function isPosts(channel) {
  return platformOf(channel) === "teams" && !["dm", "group"].includes(channel.kind);
}

function drawHeading(channel, ctx) {
  const name = channelTitle(channel, ctx);
  const teams = platformOf(channel) === "teams";
  if (heading.dataset.name !== name) {
    heading.dataset.name = name;
    if (isPosts(channel)) heading.replaceChildren(h("span", { class: "team" }, store.state.teams.team_name ?? "Team"), icon("forward"), name);
    else heading.replaceChildren(teams || channel.kind === "dm" ? "" : icon("hash"), teams || channel.kind === "dm" ? name : channel.name);
  }
  const names = channel.members.filter((id) => !teams || id !== ctx.bot).map((id) => nameOf(id, ctx).split(" ")[0]);
  about.textContent = channel.kind === "dm" ? (teams ? "chat with the app" : "direct messages") : names.join(", ");
  return name;
}

/** What the composer says while it is empty, and an empty channel. */
function invitations(channel, name) {
  const inside = !meOn(platformOf(channel))?.external;
  const command = commandIn(channel);
  if (platformOf(channel) === "slack") {
    // Slack shows an app's commands only to the company that installed it.
    return inside
      ? { box: `Message ${name}, or ${command} …`, empty: `Nothing here yet. Try: ${command} new sev1 Link down in Sydney` }
      : { box: `Message ${name}`, empty: "Nothing here yet. Write what troubles you." };
  }
  if (channel.kind === "dm") return { box: "Message Vigie: help, list, new …", empty: "Nothing here yet. Try: help" };
  if (!inside) return { box: "Start a post", empty: "Nothing here yet. Write what troubles you." };
  return { box: `${channel.kind === "group" ? "Type a message" : "Start a post"}, @Vigie new …${command ? ` or ${command} …` : ""}`, empty: "Nothing here yet. Try: @Vigie new sev1 Link down in Sydney" };
}

function drawChannel(channel, hasPosts) {
  const ctx = reading({ channel, openLink });
  const all = store.messages.get(channel.id);
  const words = invitations(channel, drawHeading(channel, ctx));
  composer.label(words.box);
  composer.plus.hidden = ctx.platform !== "teams" || Boolean(ctx.me?.external) || !apps().length;
  const view = {
    channel, ctx, identity: opened, more: all.length >= store.depth ? deepen : null, newFrom: newFrom === "0" ? null : newFrom, empty: words.empty,
  };
  if (hasPosts) posts.draw(all, view);
  else if (ctx.platform === "teams") timeline.draw(all, { ...view, part: "chat", row: teamsRow });
  else timeline.draw(all.filter(inChannel), { ...view, replies: repliesByRoot(all), roots: new Map(all.map((message) => [message.ts, message])) });
  if (document.visibilityState === "visible") markRead(myIdIn(channel), channel.id, all);
}

/** Draws the channel from now on. */
export function startChannel() {
  composer.node.hidden = true; // until it is known who writes, and where
  posts.node.hidden = true;
  root.append(header, home, timeline.node, posts.node, composer.node);
  document.getElementById("skip").addEventListener("click", () => {
    const target = composer.node.hidden ? home.querySelector("button,a[href],select") : composer.box;
    target?.focus();
  });
  onChange(draw);
  document.addEventListener("visibilitychange", draw);
}

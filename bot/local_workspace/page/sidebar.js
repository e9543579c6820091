/** The channels the person is a member of, what is unread in them, and the app's own Home page. */

import { act } from "./api.js";
import { h, icon, syncList } from "./dom.js";
import { visit } from "./live.js";
import { unreadOf } from "./marks.js";
import { avatar, channelTitle } from "./people.js";
import { HOME, me, myChannels, onChange, reading, store } from "./store.js";
import { attempt } from "./toast.js";

const root = document.getElementById("sidebar");
const lists = { channels: h("ul"), dms: h("ul"), app: h("ul") };
const dmTitle = h("h2", {}, "Direct messages");
const appTitle = h("h2", {}, "App");

function goTo(channel) {
  document.body.classList.remove("menu-open");
  void visit(channel);
}

function link(id, sign, content, { unread = false, mentions = 0 } = {}, label = "") {
  const current = store.channel === id;
  return {
    key: id,
    sign: JSON.stringify([sign, current, unread, mentions]),
    build: () => h("li", {}, h("button", {
      type: "button", class: unread ? "channel-link unread" : "channel-link", "aria-current": current ? "page" : null,
      "data-testid": `channel-${id}`, "data-focus": id, "aria-label": unread ? `${label}, unread` : label, on: { click: () => goTo(id) },
    }, content(), mentions > 0 && h("span", { class: "count-badge", "aria-label": `${mentions} for you` }, String(mentions)))),
  };
}

function channelItem(channel, ctx) {
  // What is being looked at is read; the mark itself is set when the channel is drawn.
  const looking = store.channel === channel.id && document.visibilityState === "visible";
  const marks = looking ? {} : unreadOf(store.me, channel, store.messages.get(channel.id) ?? []);
  const title = channelTitle(channel, ctx);
  const content = () => (channel.kind === "dm"
    ? [avatar(channel.members.find((id) => id !== store.me), ctx, "small"), h("span", { class: "name" }, title)]
    : [icon("hash"), h("span", { class: "name" }, channel.name), channel.kind === "customer" && h("span", { class: "tag", title: "Shared with a customer" }, "customer")]);
  return link(channel.id, title, content, marks, title);
}

function draw() {
  if (!store.state) return;
  const ctx = reading();
  const channels = myChannels();
  syncList(lists.channels, channels.filter((one) => one.kind !== "dm").map((one) => channelItem(one, ctx)));
  const dms = channels.filter((one) => one.kind === "dm");
  syncList(lists.dms, dms.map((one) => channelItem(one, ctx)));
  dmTitle.hidden = !dms.length;
  // People of another company have no Home page of an app.
  appTitle.hidden = Boolean(me()?.external);
  syncList(lists.app, appTitle.hidden ? [] : [...shortcuts(), link(HOME, "home", () => [icon("home"), h("span", { class: "name" }, "Vigie Home")], {}, "Vigie Home")]);
}

/** The app's global shortcuts: what Slack offers beside its composer. */
function shortcuts() {
  return (store.state.shortcuts ?? []).filter((one) => one.type === "global").map((one) => ({
    key: one.callback_id,
    sign: JSON.stringify([one, store.me]),
    build: () => h("li", {}, h("button", {
      type: "button", class: "channel-link", "data-testid": `shortcut-${one.callback_id}`, "data-focus": one.callback_id,
      on: { click: () => attempt(() => act("shortcut", { user: store.me, callback_id: one.callback_id })) },
    }, icon("forward"), h("span", { class: "name" }, one.name ?? one.callback_id))),
  }));
}

/** On a phone the channels lie over the page: a tap beside them or Escape puts them away. */
function putAwayOnPhone() {
  const away = () => document.body.classList.remove("menu-open");
  document.addEventListener("pointerdown", (event) => {
    if (!root.contains(event.target) && !event.target.closest(".menu-button")) away();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") away(); });
}

/** Draws the sidebar from now on. */
export function startSidebar() {
  root.append(h("h2", {}, "Channels"), lists.channels, dmTitle, lists.dms, appTitle, lists.app,
    h("p", { class: "sidebar-foot" }, "A stand-in for Slack on this machine. Nothing here leaves it."));
  putAwayOnPhone();
  onChange(draw);
}

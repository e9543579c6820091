/** Where the person is, platform by platform: their channels and chats, what is unread in them, the app's own Home page. */

import { act } from "./api.js";
import { h, icon, syncList } from "./dom.js";
import { visit } from "./live.js";
import { unreadOf } from "./marks.js";
import { avatar, channelTitle } from "./people.js";
import { HOME, me, meOn, myChannels, myIdIn, onChange, platformOf, platformsOf, reading, shortcutsOn, store } from "./store.js";
import { attempt } from "./toast.js";

const NAMES = { slack: "Slack", teams: "Microsoft Teams" };

const root = document.getElementById("sidebar");
const sections = { slack: section("slack"), teams: section("teams") };

/** One platform's part: its name, then groups of links, made as they are needed. */
function section(platform) {
  const title = h("h2", { class: "platform-name" }, h("span", { class: "platform-mark", "aria-hidden": "true" }, icon(platform === "slack" ? "hash" : "team")), NAMES[platform]);
  const groups = h("div");
  const absent = h("p", { class: "absent" });
  return { title, groups, absent, node: h("section", { class: "platform", "data-platform": platform, "data-testid": `platform-${platform}`, "aria-label": NAMES[platform] }, title, groups, absent) };
}

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

function channelItem(channel) {
  const ctx = reading({ channel });
  // What is being looked at is read; the mark itself is set when the channel is drawn.
  const looking = store.channel === channel.id && document.visibilityState === "visible";
  const marks = looking ? {} : unreadOf(myIdIn(channel), channel, store.messages.get(channel.id) ?? []);
  const title = channelTitle(channel, ctx);
  const tag = channel.kind === "customer" && h("span", { class: "tag", title: "Shared with a customer" }, "customer");
  const face = channel.kind === "dm" ? avatar(channel.members.find((id) => id !== ctx.me?.id), ctx, "small")
    : icon(channel.kind === "group" ? "people" : "hash");
  const name = h("span", { class: "name" }, channel.kind === "dm" || ctx.platform === "teams" ? title : channel.name);
  return link(channel.id, title, () => [face.cloneNode(true), name.cloneNode(true), tag && tag.cloneNode(true)], marks, title);
}

/** Headings with their links, for one platform. */
function groupsOf(platform) {
  const mine = myChannels().filter((channel) => platformOf(channel) === platform);
  const chats = mine.filter((one) => ["dm", "group"].includes(one.kind)).map(channelItem);
  const channels = mine.filter((one) => !["dm", "group"].includes(one.kind));
  if (platform === "teams") {
    return [[store.state.teams.team_name ?? "Channels", channels.map(channelItem)], ["Chat", chats]];
  }
  // People of another company have no Home page of an app.
  const app = meOn("slack")?.external ? [] : [...shortcuts(), link(HOME, "home", () => [icon("home"), h("span", { class: "name" }, "Vigie Home")], {}, "Vigie Home")];
  return [["Channels", channels.map(channelItem)], ["Direct messages", chats], ["App", app]];
}

function draw() {
  if (!store.state) return;
  const platforms = platformsOf(store.state);
  for (const [platform, { title, groups, absent, node }] of Object.entries(sections)) {
    node.hidden = !platforms.includes(platform);
    title.hidden = platforms.length < 2;
    if (node.hidden) continue;
    absent.hidden = Boolean(meOn(platform));
    absent.textContent = `${me()?.name ?? "Nobody"} has no account here.`;
    const shown = meOn(platform) ? groupsOf(platform).filter(([, items]) => items.length) : [];
    syncList(groups, shown.map(([words]) => ({
      key: words, sign: words, build: () => h("div", { class: "group" }, h("h3", {}, words), h("ul")),
    })));
    for (const [words, items] of shown) syncList([...groups.children].find((one) => one.dataset.key === words).lastElementChild, items);
  }
}

/** The app's global shortcuts: what Slack offers beside its composer. */
function shortcuts() {
  return shortcutsOn("slack").filter((one) => one.type === "global").map((one) => ({
    key: one.callback_id,
    sign: JSON.stringify([one, store.me]),
    build: () => h("li", {}, h("button", {
      type: "button", class: "channel-link", "data-testid": `shortcut-${one.callback_id}`, "data-focus": one.callback_id,
      on: { click: () => attempt(() => act("shortcut", { user: meOn("slack")?.id, callback_id: one.callback_id })) },
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
  const foot = h("p", { class: "sidebar-foot" });
  root.append(...Object.values(sections).map(({ node }) => node), foot);
  putAwayOnPhone();
  onChange(draw);
  onChange(() => {
    const names = platformsOf(store.state).map((platform) => NAMES[platform]).join(" and ");
    foot.textContent = `A stand-in for ${names || "Slack"} on this machine. Nothing here leaves it.`;
  });
}

/**
 * What the page knows, in one place. Panes read it when drawn and change it only through `update`, which draws again.
 */

/** How many messages of the open channel are asked for at first. */
export const DEPTH = 300;

/**
 * `state` is the answer of /_control/state; `messages` holds each channel's flat list; `me`, `channel` and `thread` are
 * ids; `link` says how changes arrive: starting, live, polling or lost; `depth` is how many messages of the open channel are
 * asked for.
 */
export const store = {
  state: null,
  messages: new Map(),
  me: null,
  channel: null,
  thread: null,
  link: "starting",
  moving: false,
  editing: null,
  depth: DEPTH,
  fetchedAt: 0,
};

/** The channel id under which the bot's own Home page is shown. */
export const HOME = "home";

const drawers = [];
let planned = false;
/** Whether a button is being pressed: replaced under the finger, it would never know. */
let pressing = false;

/** Registers a pane's draw function; it is called after every change, many changes in a row counting as one. */
export function onChange(draw) {
  drawers.push(draw);
}

/** Changes the store and draws soon. */
export function update(changes = {}) {
  Object.assign(store, changes);
  if (planned) return;
  planned = true;
  if (!pressing) queueMicrotask(drawAll);
}

function drawAll() {
  planned = false;
  for (const draw of drawers) draw();
}

function released() {
  // The click comes right after, and before anything that was planned.
  setTimeout(() => {
    pressing = false;
    if (planned) drawAll();
  });
}

document.addEventListener("pointerdown", (event) => { pressing = Boolean(event.target.closest?.("button,summary,a")); }, true);
for (const end of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(end, released, true);
window.addEventListener("blur", released);

/** The workspace's now: what it said last, plus the real time since. */
export function now() {
  if (!store.state) return new Date();
  return new Date(Date.parse(store.state.now) + performance.now() - store.fetchedAt);
}

/** Which platform an account or a channel is of. */
export function platformOf(one) {
  return one?.platform ?? "slack";
}

/** The platforms of this workspace, in the order in which they are shown: not one that the bot serves elsewhere. */
export function platformsOf(state) {
  return ["slack", "teams"].filter((platform) => state?.[platform] && (platform !== "teams" || state.teams.messages_url || !state.slack));
}

/** The app's own actions on a platform, `{callback_id, type, name}` each. */
export function shortcutsOn(platform) {
  return (platform === "teams" ? store.state?.teams?.shortcuts : store.state?.shortcuts) ?? [];
}

/** The slash command in a channel, or null where there is none: Teams has it in channels and group chats, if at all. */
export function commandIn(channel) {
  const { commands, teams } = store.state ?? {};
  if (platformOf(channel) === "teams") return channel.kind === "dm" ? null : (teams?.commands?.[0] ?? null);
  return commands?.[0] ?? "/ticket";
}

let listed = { state: null, people: [] };

/**
 * Everybody with an account here, bots left out. Accounts with the same address are one person, who goes by the id of the
 * first and has `accounts`, a user by platform.
 */
export function peopleOf(state) {
  if (listed.state === state) return listed.people;
  const people = new Map();
  const platforms = platformsOf(state);
  for (const user of state?.users ?? []) {
    if (user.id === state.slack?.bot_user_id || user.id === state.teams?.bot_id || !platforms.includes(platformOf(user))) continue;
    const key = user.email?.toLowerCase() || user.id;
    if (!people.has(key)) people.set(key, { ...user, accounts: {} });
    people.get(key).accounts[platformOf(user)] ??= user;
  }
  listed = { state, people: [...people.values()] };
  return listed.people;
}

/** The person with this account, or null. */
export function personOf(state, id) {
  return peopleOf(state).find((person) => Object.values(person.accounts).some((user) => user.id === id)) ?? null;
}

/** The person at the page, or null before the first answer. */
export function me() {
  return personOf(store.state, store.me);
}

/** The account of the person at the page on a platform, or null where they have none. */
export function meOn(platform) {
  return me()?.accounts[platform] ?? null;
}

/** The id under which the person at the page acts in a channel. */
export function myIdIn(channel) {
  return meOn(platformOf(channel))?.id ?? null;
}

/** The channels somebody is a member of: Slack's before Teams', of each those of the desk first, chats last. */
export function channelsOf(state, person) {
  const order = { desk: 0, customer: 1, group: 3, dm: 4 };
  const ids = new Set(Object.values(person?.accounts ?? {}).map((user) => user.id));
  return (state?.channels ?? [])
    .filter((channel) => channel.members.some((id) => ids.has(id)))
    .sort((one, other) => platformOf(one).localeCompare(platformOf(other))
      || (order[one.kind] ?? 2) - (order[other.kind] ?? 2) || one.name.localeCompare(other.name));
}

/** The channels of the person at the page. */
export function myChannels() {
  return channelsOf(store.state, me());
}

/** The channel that is open, or null (the bot's Home is no channel). */
export function openChannel() {
  return myChannels().find((channel) => channel.id === store.channel) ?? null;
}

/**
 * What rendering a text needs: who reads it, on the platform of `more.channel` or of the open one; `openLink` comes from the
 * page so that links into this workspace stay in it.
 */
export function reading(more = {}) {
  const { users = [], channels = [], groups = [], slack, teams } = store.state ?? {};
  const people = new Map(users.map((user) => [user.id, user]));
  const platform = more.platform ?? platformOf(more.channel ?? channels.find((one) => one.id === store.channel));
  return {
    people,
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    groups: new Map(groups.map((group) => [group.id, group])),
    bot: platform === "teams" ? teams?.bot_id : slack?.bot_user_id,
    botName: "Vigie",
    me: meOn(platform) ?? me(),
    now: now(),
    platform,
    ...more,
  };
}

/** The top view of the person of one kind ("modal" or "home") on a platform, or null. */
export function topView(kind, platform = "slack") {
  const id = meOn(platform)?.id;
  const mine = (store.state?.views ?? []).filter((one) => one.user === id && (one.view.type ?? "modal") === kind);
  return mine.at(-1)?.view ?? null;
}

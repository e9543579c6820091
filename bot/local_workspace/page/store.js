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

/** The person at the page, or null before the first answer. */
export function me() {
  return store.state?.users.find((user) => user.id === store.me) ?? null;
}

/** The channels somebody is a member of; those of the desk first, direct messages last. */
export function channelsOf(state, person) {
  const order = { desk: 0, customer: 1, dm: 3 };
  return (state?.channels ?? [])
    .filter((channel) => channel.members.includes(person))
    .sort((one, other) => (order[one.kind] ?? 2) - (order[other.kind] ?? 2) || one.name.localeCompare(other.name));
}

/** The channels of the person at the page. */
export function myChannels() {
  return channelsOf(store.state, store.me);
}

/** The channel that is open, or null (the bot's Home is no channel). */
export function openChannel() {
  return myChannels().find((channel) => channel.id === store.channel) ?? null;
}

/** What rendering a text needs; `openLink` comes from the page so that links into this workspace stay in it. */
export function reading(more = {}) {
  const { users = [], channels = [], slack = {} } = store.state ?? {};
  const people = new Map(users.map((user) => [user.id, user]));
  return {
    people,
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    bot: slack.bot_user_id,
    botName: "Vigie",
    me: me(),
    now: now(),
    ...more,
  };
}

/** The top view of the person of one kind ("modal" or "home"), or null. */
export function topView(kind) {
  const mine = (store.state?.views ?? []).filter((one) => one.user === store.me && (one.view.type ?? "modal") === kind);
  return mine.at(-1)?.view ?? null;
}

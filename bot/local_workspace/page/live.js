/** Keeps the store fresh: the workspace's stream of changes, or a question every two seconds when there is none. */

import { ask } from "./api.js";
import { DEPTH, HOME, channelsOf, peopleOf, personOf, platformOf, store, update } from "./store.js";
import { readPlace } from "./place.js";

const POLL_MS = 2000;
const SETTLE_MS = 40;
/** Messages of channels that are not open are only looked at for what is unread. */
const GLANCE = 60;

let running = null;
let again = false;
let poll = null;
let settle = null;

/** Asks for state and messages; calls during a question lead to exactly one more. Resolves when the store is fresh. */
export function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = load().finally(() => {
    running = null;
  });
  return running;
}

async function load() {
  do {
    again = false;
    try {
      await loadOnce();
      if (store.link === "lost" || store.link === "starting") update({ link: "polling" });
    } catch {
      update({ link: "lost" });
      startPolling();
    }
  } while (again);
}

async function loadOnce() {
  const { me: asker, channel: asked } = store;
  const state = await ask("state");
  const fetchedAt = performance.now();
  const { mine, person, ...place } = placeIn(state);
  const lists = await Promise.all(mine.map((channel) => {
    const limit = channel.id === place.channel ? store.depth : GLANCE;
    return ask(`messages/${encodeURIComponent(channel.id)}?user=${encodeURIComponent(person.accounts[platformOf(channel)].id)}&limit=${limit}`);
  }));
  if (store.me !== asker || store.channel !== asked) {
    // Somebody moved on while the answer was on its way: it is not the picture they wait for.
    again = true;
    return;
  }
  const messages = new Map(mine.map((channel, index) => [channel.id, lists[index].messages]));
  update({ state, fetchedAt, messages, ...(asker === place.me && asked === place.channel ? {} : place) });
  const open = messages.get(store.channel) ?? [];
  const headless = store.thread && open.length >= store.depth && !open.some((message) => message.ts === store.thread);
  if (headless) deepen();
}

/** Who and where the page is (as chosen, else as the address says, else the first person) and that person's channels. */
function placeIn(state) {
  const asked = store.me ? store : readPlace();
  const known = personOf(state, asked.me);
  const person = known ?? peopleOf(state)[0] ?? null;
  const mine = channelsOf(state, person);
  const stays = Boolean(known) && (asked.channel === HOME || mine.some((channel) => channel.id === asked.channel));
  return { me: person?.id ?? null, person, mine, channel: stays ? asked.channel : (mine[0]?.id ?? HOME), thread: stays ? asked.thread : null };
}

/** Asks for four times as many messages of the open channel. */
export function deepen() {
  update({ depth: store.depth * 4 });
  again = true;
  return refresh();
}

/** Opens a channel, or one of its threads. */
export function visit(channel, thread = null) {
  update({ channel, thread, editing: null, depth: channel === store.channel ? store.depth : DEPTH });
  return refresh();
}

function soon() {
  settle ??= setTimeout(() => {
    settle = null;
    void refresh();
  }, SETTLE_MS);
}

function startPolling() {
  poll ??= setInterval(refresh, POLL_MS);
}

function stopPolling() {
  clearInterval(poll);
  poll = null;
}

/** Opens the stream and loads the first picture. */
export function goLive() {
  const stream = new EventSource("/local/stream");
  stream.addEventListener("open", () => {
    stopPolling();
    update({ link: "live" });
    soon();
  });
  stream.addEventListener("change", soon);
  stream.addEventListener("error", () => {
    if (store.link === "live") update({ link: "polling" });
    startPolling();
  });
  return refresh();
}

/** Goes where the address says, after somebody changed it by hand. */
export function followAddress() {
  const place = readPlace();
  if (place.me === store.me && place.channel === store.channel && place.thread === store.thread) return Promise.resolve();
  update({ ...place, editing: null, messages: new Map(), depth: DEPTH });
  return refresh();
}

/** Becomes another person, staying where that person may be: in a channel of theirs, on the Home page they have. */
export function become(id) {
  const person = personOf(store.state, id);
  const mine = channelsOf(store.state, person);
  const slack = person?.accounts.slack;
  const stays = (store.channel === HOME && slack && !slack.external) || mine.some((channel) => channel.id === store.channel);
  update({ me: id, channel: stays ? store.channel : (mine[0]?.id ?? HOME), thread: null, editing: null, messages: new Map(), depth: DEPTH });
  return refresh();
}

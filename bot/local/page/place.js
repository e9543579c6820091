/**
 * Where the page stands (who, which channel, which thread), kept in the address: a reload comes back to it, and two
 * tabs can be two people.
 */

import { store } from "./store.js";

/** Reads the address into `{me, channel, thread}`; absent parts are null. */
export function readPlace() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { me: params.get("as"), channel: params.get("in"), thread: params.get("thread") };
}

/** Writes the store's place into the address without a history entry. */
export function writePlace() {
  const params = new URLSearchParams();
  if (store.me) params.set("as", store.me);
  if (store.channel) params.set("in", store.channel);
  if (store.thread) params.set("thread", store.thread);
  const hash = `#${params}`;
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

/** The channel and message a permalink of this workspace points at, or null: `.../archives/C123/p1700000000000100`. */
export function permalinkTarget(url) {
  const match = /\/archives\/(\w+)\/p(\d{10,})(\d{6})(?:\?(.*))?$/.exec(url);
  if (!match) return null;
  const thread = new URLSearchParams(match[4] ?? "").get("thread_ts");
  return { channel: match[1], ts: `${match[2]}.${match[3]}`, thread };
}

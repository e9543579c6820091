/**
 * Where the page stands (who, which channel, which thread), kept in the address: a reload comes back to it, and two
 * tabs can be two people.
 */

import { store } from "./store.js";

let known = location.hash;

/** Reads the address into `{me, channel, thread}`; absent parts are null. */
export function readPlace() {
  known = location.hash;
  const params = new URLSearchParams(location.hash.slice(1));
  return { me: params.get("as"), channel: params.get("in"), thread: params.get("thread") };
}

/** Writes the store's place into the address without a history entry; an address not yet read is left alone. */
export function writePlace() {
  if (location.hash !== known) return;
  const params = new URLSearchParams();
  if (store.me) params.set("as", store.me);
  if (store.channel) params.set("in", store.channel);
  if (store.thread) params.set("thread", store.thread);
  const hash = `#${params}`;
  if (hash === known) return;
  history.replaceState(null, "", hash);
  known = location.hash;
}

/**
 * The channel and message a permalink of this workspace points at, or null: `.../archives/C123/p1700000000000100` of Slack,
 * `.../l/message/19:...@thread.tacv2/1700000000000?parentMessageId=...` of Teams.
 */
export function permalinkTarget(url) {
  const teams = /\/l\/message\/([^/?]+)\/(\d+)(?:\?(.*))?$/.exec(url);
  if (teams) {
    const parent = new URLSearchParams(teams[3] ?? "").get("parentMessageId");
    return { channel: decoded(teams[1]), ts: teams[2], thread: parent && parent !== teams[2] ? parent : null };
  }
  const match = /\/archives\/(\w+)\/p(\d{10,})(\d{6})(?:\?(.*))?$/.exec(url);
  if (!match) return null;
  const thread = new URLSearchParams(match[4] ?? "").get("thread_ts");
  return { channel: match[1], ts: `${match[2]}.${match[3]}`, thread };
}

/** A part of an address as it is meant, or as it stands where it is no such part. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

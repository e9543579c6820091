/** What each person has read, per channel, kept in this browser; and what of a channel is unread. */

import { inChannel } from "./threads.js";

const KEY = "vigie.read";
let marks = load();

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(marks));
  } catch {
    // A browser that keeps nothing still shows the page; only the marks start over.
  }
}

/** The `ts` up to which a person has read a channel, or "0". */
export function readUpTo(person, channel) {
  return marks[`${person} ${channel}`] ?? "0";
}

/** Notes that the person has seen everything in these messages. */
export function markRead(person, channel, messages) {
  const last = messages.at(-1)?.ts ?? "0";
  // After a reset elsewhere time starts over: a mark may have to go back.
  if (readUpTo(person, channel) === last) return;
  marks[`${person} ${channel}`] = last;
  save();
}

/** Forgets every mark, as after a reset. */
export function forgetMarks() {
  marks = {};
  save();
}

/**
 * Whether a channel has something new for the person, and how many of the new messages name them.
 * @returns {{unread: boolean, mentions: number}}
 */
export function unreadOf(person, channel, messages) {
  const from = readUpTo(person, channel.id);
  const fresh = messages.filter((message) => message.ts > from && message.user !== person);
  const named = (message) => message.pings?.includes(person) ?? (message.text ?? "").includes(`<@${person}>`);
  // In Teams replies stand in the channel, below their post.
  const shown = channel.platform === "teams" ? fresh : fresh.filter(inChannel);
  return {
    unread: shown.length > 0,
    mentions: channel.kind === "dm" ? shown.length : fresh.filter(named).length,
  };
}

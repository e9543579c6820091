/** Which messages belong where: the channel, a thread, or both. */

/** Whether a message is a reply in a thread (broadcast or not). */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** Whether a reply is also shown in the channel. */
export function isBroadcast(message) {
  return isReply(message) && (message.subtype === "thread_broadcast" || message.broadcast === true);
}

/** Whether a message shows in the channel itself. */
export function inChannel(message) {
  return !isReply(message) || isBroadcast(message);
}

/** Replies by their thread's root: `{ts: [message]}`, ephemeral ones left out of the count elsewhere. */
export function repliesByRoot(messages) {
  const replies = new Map();
  for (const message of messages) {
    if (!isReply(message)) continue;
    if (!replies.has(message.thread_ts)) replies.set(message.thread_ts, []);
    replies.get(message.thread_ts).push(message);
  }
  return replies;
}

/** When a message was sent; `ts` is a key first, so it is parsed only to be shown: Slack's in seconds, Teams' in milliseconds. */
export function sentAt(message) {
  return new Date(Number(message.ts) * (/^\d{12,}$/.test(message.ts) ? 1 : 1000));
}

/** Links into this workspace stay in the page. */

import { visit } from "./live.js";
import { permalinkTarget } from "./place.js";
import { myChannels, store } from "./store.js";
import { isReply } from "./threads.js";
import { toast } from "./toast.js";

let reveal = () => {};

/** Says how a message is brought into sight once its channel is drawn. */
export function onReveal(show) {
  reveal = show;
}

/** Follows a permalink of this workspace and answers true; false for any other address. */
export function openLink(url) {
  const target = permalinkTarget(url);
  if (!target) return false;
  if (!myChannels().some((channel) => channel.id === target.channel)) {
    if (store.state?.channels.some((channel) => channel.id === target.channel)) toast("You are not a member of the channel this link leads to.");
    return Boolean(store.state?.channels.some((channel) => channel.id === target.channel));
  }
  const message = (store.messages.get(target.channel) ?? []).find((one) => one.ts === target.ts);
  const thread = target.thread ?? (message && isReply(message) ? message.thread_ts : null);
  const stays = target.channel === store.channel ? store.thread : null;
  void visit(target.channel, thread ?? stays).then(() => setTimeout(() => reveal(target.ts)));
  return true;
}

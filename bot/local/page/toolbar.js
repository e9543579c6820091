/** What can be done with one message; shown on hover and focus, reached by Tab only from the message in focus. */

import { act } from "./api.js";
import { askFirst } from "./dialog.js";
import { h, icon } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { toggleMenu } from "./menu.js";
import { QUICK, pickReaction, react } from "./reactions.js";
import { me, store, update } from "./store.js";
import { isReply } from "./threads.js";
import { attempt } from "./toast.js";

/** The toolbar of a message; for an ephemeral one only what the reader can do with it alone. */
export function toolbar(message, view) {
  const bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  if (message.ephemeral_for) {
    bar.append(tool("dismiss", "Dismiss for me", icon("close"), () => view.dismiss(message)));
    return bar;
  }
  for (const name of QUICK) {
    bar.append(tool(`react-${name}`, `React with :${name}:`, emojiNode(name), () => react(message, view.channel, name)));
  }
  const other = tool("react-other", "Add another reaction", icon("smile"), () => pickReaction(other, message, view.channel));
  bar.append(other);
  if (!view.inThread) {
    bar.append(tool("reply", "Reply in thread", icon("reply"), () => view.openThread(isReply(message) ? message.thread_ts : message.ts)));
  }
  const rows = moreRows(message, view);
  if (rows.length) {
    const more = tool("more", "More actions", icon("more"), () => toggleMenu(more, rows));
    more.setAttribute("aria-haspopup", "menu");
    bar.append(more);
  }
  return bar;
}

function tool(id, label, content, run) {
  return h("button", {
    type: "button", class: "tool", tabindex: "-1", title: label, "aria-label": label, "data-testid": id, "data-focus": id, on: { click: run },
  }, content);
}

function moreRows(message, view) {
  // Slack shows an app's shortcuts only to the company that installed it.
  const offered = me()?.external ? [] : (store.state?.shortcuts ?? []);
  const rows = offered.filter((one) => one.type === "message").map((one) => ({
    label: one.name ?? one.callback_id, id: `shortcut-${one.callback_id}`,
    run: () => attempt(() => act("shortcut", { user: store.me, callback_id: one.callback_id, channel: view.channel.id, ts: message.ts })),
  }));
  if (message.user !== store.me) return rows;
  return [
    ...rows,
    { label: "Edit message", id: "edit", run: () => update({ editing: message.ts }) },
    { label: "Delete message…", id: "delete", danger: true, run: () => remove(message, view.channel) },
  ];
}

async function remove(message, channel) {
  const yes = await askFirst({
    title: "Delete this message?", body: "It is deleted for everyone in the channel.", yes: "Delete", no: "Keep it", danger: true,
  });
  if (yes) await attempt(() => act("delete", { channel: channel.id, ts: message.ts, user: store.me }));
}

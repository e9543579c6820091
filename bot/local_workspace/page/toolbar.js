/** What can be done with one message; shown on hover and focus, reached by Tab only from the message in focus. */

import { act } from "./api.js";
import { askFirst } from "./dialog.js";
import { h, icon } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { toggleMenu } from "./menu.js";
import { QUICK, pickReaction, react } from "./reactions.js";
import { myIdIn, shortcutsOn, store, update } from "./store.js";
import { isReply } from "./threads.js";
import { attempt } from "./toast.js";

const OPEN = "tools-open";
const LONG_MS = 450;
const MOVED_PX = 10;

/** Shows the tools of a row, of one row at a time. */
function openTools(row) {
  for (const other of document.querySelectorAll(`.${OPEN}`)) if (other !== row) other.classList.remove(OPEN);
  row.classList.add(OPEN);
}

/** Where nothing can hover, a button of its own opens the tools. */
export function toolsButton() {
  const button = h("button", {
    type: "button", class: "tools-button", "aria-label": "Message actions", "data-testid": "tools", "data-focus": "tools",
    on: {
      click: () => {
        const row = button.closest(".message");
        if (row.classList.contains(OPEN)) row.classList.remove(OPEN);
        else openTools(row);
      },
    },
  }, icon("more"));
  return button;
}

/** A finger that rests on a row opens its tools. */
export function longPress(row) {
  let timer = null;
  let from = null;
  const stop = () => clearTimeout(timer);
  row.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || event.target.closest("button,a,input,select,textarea")) return;
    from = [event.clientX, event.clientY];
    timer = setTimeout(() => openTools(row), LONG_MS);
  });
  row.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > MOVED_PX) stop();
  });
  for (const end of ["pointerup", "pointercancel"]) row.addEventListener(end, stop);
}

document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.(`.${OPEN}`);
  for (const other of document.querySelectorAll(`.${OPEN}`)) if (other !== row) other.classList.remove(OPEN);
});

/** A finger may land where the tools only appear under it: that tap shows them and presses nothing. */
function guard(bar) {
  let seen = true;
  bar.addEventListener("pointerdown", (event) => {
    seen = event.pointerType !== "touch" || bar.closest(".message").classList.contains(OPEN);
  }, true);
  bar.addEventListener("click", (event) => {
    if (!seen) {
      event.stopPropagation();
      event.preventDefault();
      openTools(bar.closest(".message"));
    }
    seen = true;
  }, true);
  return bar;
}

/** The toolbar of a message; for an ephemeral one only what the reader can do with it alone. */
export function toolbar(message, view) {
  const bar = toolbarNode();
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
  if (rows.length) bar.append(moreTool(rows));
  return bar;
}

/** An empty toolbar. */
export function toolbarNode() {
  return guard(h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" }));
}

/** The tool that opens a menu of further actions. */
export function moreTool(rows) {
  const more = tool("more", "More actions", icon("more"), () => toggleMenu(more, rows));
  more.setAttribute("aria-haspopup", "menu");
  return more;
}

/** One tool of a toolbar. */
export function tool(id, label, content, run) {
  return h("button", {
    type: "button", class: "tool", tabindex: "-1", title: label, "aria-label": label, "data-testid": id, "data-focus": id, on: { click: run },
  }, content);
}

/** What else can be done with a message: the app's own actions, and with one's own message to edit or delete it. */
export function moreRows(message, view) {
  // An app's shortcuts are shown only to the company that installed it.
  const offered = view.ctx.me?.external ? [] : shortcutsOn(view.ctx.platform);
  const rows = offered.filter((one) => one.type === "message").map((one) => ({
    label: one.name ?? one.callback_id, id: `shortcut-${one.callback_id}`,
    run: () => attempt(() => act("shortcut", { user: view.ctx.me?.id, callback_id: one.callback_id, channel: view.channel.id, ts: message.ts })),
  }));
  if (message.user !== view.ctx.me?.id) return rows;
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
  if (yes) await attempt(() => act("delete", { channel: channel.id, ts: message.ts, user: myIdIn(channel) }));
}

/** A list of messages: day headings, the line above what is new, rows that survive a redraw, a scroll that stays put. */

import { act } from "./api.js";
import { h, icon, syncList } from "./dom.js";
import { messageRow } from "./message.js";
import { myIdIn, store, update } from "./store.js";
import { isBroadcast, isReply, sentAt } from "./threads.js";
import { attempt } from "./toast.js";
import { clockTime, dayHeading, dayKey } from "./time.js";

const TOGETHER_MS = 5 * 60_000;
const PAGE = 200;
const dismissed = new Set();

/** What a row of any list does when used: the same in the channel and in a thread. */
export function handlers(channel) {
  return {
    openThread: (ts) => update({ thread: ts }),
    dismiss: (message) => {
      dismissed.add(message.ts);
      update();
    },
    dispatch: (message, action) =>
      attempt(() => act("interact", { channel: channel.id, messageTs: message.ts, user: myIdIn(channel), action })),
  };
}

/** A scrolling list of messages; `draw` shows a new picture of it. */
export class Timeline {
  /** `leave` takes the focus on from a message at Escape; without it Escape means something else there. */
  constructor(label, leave = null) {
    this.leave = leave;
    this.current = null;
    this.list = h("div", { class: "timeline", role: "log", "aria-label": label, on: { keydown: (event) => this.key(event), focusin: (event) => this.focused(event) } });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, "New messages", icon("down"));
    this.scroller = h("div", { class: "scroller", tabindex: "-1", on: { scroll: () => { if (this.atEnd()) this.jump.hidden = true; } } }, this.list);
    this.node = h("div", { class: "scroll-frame" }, this.scroller, this.jump);
    this.shown = PAGE;
    this.identity = null;
  }

  /**
   * @param {any[]} messages ascending
   * @param {{channel: any, ctx: any, replies?: Map<string, any[]>, roots?: Map<string, any>, inThread?: boolean, newFrom?: string, more?: (() => Promise<any>) | null, identity: string, empty?: string}} view
   *   `identity` changes when this is another conversation: then the list starts at its end again.
   */
  draw(messages, view) {
    const fresh = this.identity !== view.identity;
    if (fresh) this.shown = PAGE;
    const stick = fresh || this.atEnd();
    const lastBefore = this.lastTs;
    const visible = messages.filter((message) => !dismissed.has(message.ts));
    const hidden = Math.max(0, visible.length - this.shown);
    const items = this.items(visible.slice(hidden), view);
    if (hidden || view.more) items.unshift(this.earlier(hidden, view));
    if (!visible.length && view.empty) items.push({ key: "empty", sign: view.empty, build: () => h("p", { class: "empty" }, view.empty) });
    syncList(this.list, items);
    this.wayIn();
    this.identity = view.identity;
    this.lastTs = visible.at(-1)?.ts;
    if (stick) this.toEnd();
    else if (this.lastTs > (lastBefore ?? "") && visible.at(-1).user !== view.ctx.me?.id) this.jump.hidden = false;
  }

  /** Shows the list, or puts it away empty: what another conversation says is not to be found on the page. */
  show(shown) {
    this.node.hidden = !shown;
    if (shown || !this.identity) return;
    this.list.replaceChildren();
    this.identity = null;
  }

  /** One row with its buttons is a stop for Tab: the one that was last in focus, else the last. The arrow keys lead on from there. */
  wayIn() {
    const rows = [...this.list.querySelectorAll(".message")];
    const current = rows.find((row) => row.dataset.ts === this.current) ?? rows.at(-1);
    for (const row of rows) stops(row, row === current);
  }

  focused(event) {
    const row = event.target.closest(".message");
    if (!row || row.dataset.ts === this.current) return;
    this.current = row.dataset.ts;
    this.wayIn();
  }

  /** Up and down go from message to message, also from one of its buttons; Escape goes back a step. */
  key(event) {
    const row = event.target.closest(".message");
    if (!row || event.defaultPrevented || event.target.matches("input,select,textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = event.target !== row;
    if (event.key === "Escape") {
      if (inside) row.focus();
      else if (this.leave) this.leave();
      else return;
      event.preventDefault();
      return;
    }
    const rows = [...this.list.querySelectorAll(".message")];
    const at = rows.indexOf(row);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, to))].focus();
  }

  items(messages, view) {
    const zone = view.ctx.me?.tz || "UTC";
    const act = handlers(view.channel);
    const items = [];
    let day = null;
    let before = null;
    let marked = !view.newFrom;
    for (const message of messages) {
      const at = sentAt(message);
      const today = dayKey(at, zone);
      if (today !== day && !view.inThread) {
        const heading = dayHeading(at, view.ctx.now, view.ctx.me);
        items.push({ key: `day ${today}`, sign: heading, build: () => h("div", { class: "day", role: "separator" }, h("span", {}, heading)) });
        before = null;
      }
      day = today;
      if (!marked && message.ts > view.newFrom && message.user !== view.ctx.me?.id) {
        marked = true;
        items.push({ key: "new", sign: "new", build: () => h("div", { class: "new-line", role: "separator" }, h("span", {}, "New")) });
        before = null;
      }
      items.push(this.item(message, { ...view, ...act, compact: isCompact(message, before, view) }));
      before = message;
    }
    return items;
  }

  item(message, view) {
    const replies = view.inThread || isReply(message) ? [] : (view.replies?.get(message.ts) ?? []);
    const root = isBroadcast(message) && !view.inThread ? view.roots?.get(message.thread_ts) : null;
    const full = { ...view, replies, root, editing: store.editing === message.ts };
    return { key: message.ts, sign: signature(message, full), build: () => (view.row ?? messageRow)(message, full) };
  }

  earlier(hidden, view) {
    const more = async () => {
      const height = this.scroller.scrollHeight;
      this.shown += PAGE;
      if (hidden < PAGE) await view.more?.();
      update();
      setTimeout(() => { this.scroller.scrollTop += this.scroller.scrollHeight - height; });
    };
    const build = () => h("button", { type: "button", class: "button earlier", on: { click: more } }, "Show earlier messages");
    return { key: "earlier", sign: `${hidden} ${Boolean(view.more)} ${view.identity}`, build };
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  /** Brings one message into sight and lights it up; false when it is not in this list. */
  reveal(ts) {
    const row = this.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!row) return false;
    row.scrollIntoView({ block: "center" });
    row.classList.add("lit");
    setTimeout(() => row.classList.remove("lit"), 1600);
    return true;
  }
}

function isCompact(message, before, view) {
  if (!before || before.user !== message.user || message.ephemeral_for !== before.ephemeral_for) return false;
  if (isReply(message) !== isReply(before)) return false;
  if (!view.inThread && (view.replies?.get(before.ts)?.length || isReply(message))) return false;
  return sentAt(message) - sentAt(before) < TOGETHER_MS;
}

/** Everything a row's look depends on; `{ago}` and "today" make it depend on now as well. */
export function signature(message, view) {
  const { ctx } = view;
  const data = JSON.stringify(message);
  return JSON.stringify([
    ctx.me?.id, ctx.people.size, view.compact, view.editing, view.inThread, data, view.root?.text,
    view.replies.map((reply) => [reply.ts, reply.user, Boolean(reply.ephemeral_for)]),
    dayKey(ctx.now, ctx.me?.tz || "UTC"),
    data.includes("{ago}") ? clockTime(ctx.now, ctx.me) : "",
  ]);
}

/** Whether Tab stops at a row and at what is in it. */
function stops(row, here) {
  row.tabIndex = here ? 0 : -1;
  for (const one of row.querySelectorAll("a[href],button,input,select,textarea,[role=button],[role=link]")) one.tabIndex = here ? 0 : -1;
}

/** Editing one's own message in place. */

import { act } from "./api.js";
import { h } from "./dom.js";
import { unescapeText } from "./mrkdwn.js";
import { nameOf } from "./people.js";
import { update } from "./store.js";
import { attempt } from "./toast.js";

/** A message's text as its author typed it: mentions and links as words again. */
export function asTyped(text, ctx) {
  return unescapeText((text ?? "").replace(/<([^<>]+)>/g, (_, body) => {
    const [target, label] = body.split("|");
    if (target.startsWith("@")) return `@${nameOf(target.slice(1), ctx)}`;
    if (target.startsWith("#")) return `#${ctx.channels.get(target.slice(1))?.name ?? label ?? ""}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1)}`;
    return label ?? target;
  }));
}

/** The form that replaces a message's content while it is edited; Enter saves, Escape cancels. */
export function editForm(message, view) {
  const box = h("textarea", { class: "input", rows: 2, "aria-label": "Edit message", "data-testid": "edit-box", value: asTyped(message.text, view.ctx) });
  const stop = () => update({ editing: null });
  const save = async (event) => {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    const done = await attempt(() => act("edit", { channel: view.channel.id, ts: message.ts, user: view.ctx.me?.id, text }));
    if (done) stop();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void save(event);
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
  });
  setTimeout(() => box.focus());
  return h("form", { class: "edit-form", on: { submit: save } }, box,
    h("div", { class: "row end" },
      h("button", { type: "button", class: "button", on: { click: stop } }, "Cancel"),
      h("button", { class: "button primary", "data-testid": "edit-save" }, "Save")));
}

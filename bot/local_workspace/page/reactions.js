/** Reactions: chips below a message, and a box for any emoji by name. */

import { act } from "./api.js";
import { h, icon } from "./dom.js";
import { EMOJI_NAMES, emojiNode } from "./emoji.js";
import { closeMenu, toggleMenu } from "./menu.js";
import { nameOf } from "./people.js";
import { myIdIn } from "./store.js";
import { attempt } from "./toast.js";

/** The reactions Vigie understands, one click away. */
export const QUICK = ["eyes", "rotating_light", "white_check_mark"];
const ALSO = ["+1", "pray", "tada", "fire", "warning", "memo", "bell", "x"];

/** Adds the person's reaction, or takes it off when it stands. */
export function react(message, channel, name) {
  const mine = message.reactions?.some((one) => one.name === name && one.users.includes(myIdIn(channel)));
  return attempt(() => act("reaction", { channel: channel.id, ts: message.ts, user: myIdIn(channel), name, present: !mine }));
}

/** The chips of a message, or null when nobody reacted. */
export function reactionChips(message, view) {
  const { ctx, channel } = view;
  const all = (message.reactions ?? []).filter((one) => one.users.length);
  if (!all.length) return null;
  const add = h("button", {
    type: "button", class: "chip add", "aria-label": "Add another reaction", "data-focus": "chip-add",
    on: { click: () => pickReaction(add, message, channel) },
  }, icon("smile"));
  return h("div", { class: "chips" }, all.map(({ name, users }) => {
    const who = users.map((id) => nameOf(id, ctx)).join(", ");
    return h("button", {
      type: "button", class: "chip", "aria-pressed": String(users.includes(ctx.me?.id)), "data-testid": `reaction-${name}`,
      "data-focus": `chip-${name}`, title: `${who} reacted with :${name}:`, "aria-label": `:${name}: ${users.length}, ${who}`,
      on: { click: () => react(message, channel, name) },
    }, emojiNode(name), h("span", { class: "count" }, String(users.length)));
  }), add);
}

/** Opens the box for any reaction by name below a button. */
export function pickReaction(button, message, channel) {
  const send = (name) => {
    closeMenu();
    return react(message, channel, name);
  };
  const box = h("input", {
    class: "input", placeholder: "emoji name", "aria-label": "Emoji name", list: "emoji-names", autocomplete: "off", "data-testid": "reaction-name",
  });
  const form = h("form", {
    class: "reaction-form",
    on: {
      submit: (event) => {
        event.preventDefault();
        const name = box.value.trim().replace(/^:|:$/g, "").toLowerCase();
        if (name) void send(name);
      },
    },
  },
  h("div", { class: "quick" }, [...QUICK, ...ALSO].map((name) => h("button", {
    type: "button", class: "tool", title: `:${name}:`, "aria-label": `:${name}:`, on: { click: () => send(name) },
  }, emojiNode(name)))),
  h("div", { class: "row" }, box, h("button", { class: "button primary", "data-testid": "reaction-add" }, "React")), namesList());
  toggleMenu(button, [], form);
  box.focus();
}

function namesList() {
  return h("datalist", { id: "emoji-names" }, EMOJI_NAMES.map((name) => h("option", { value: name })));
}

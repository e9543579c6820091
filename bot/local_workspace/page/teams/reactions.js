/** Reactions as Teams has them: a few by name, all others by code point and name, such as `1f440_eyes`. */

import { act } from "../api.js";
import { h, icon } from "../dom.js";
import { characterNodes } from "../emoji.js";
import { closeMenu, toggleMenu } from "../menu.js";
import { nameOf } from "../people.js";
import { attempt } from "../toast.js";

/** One click away: Teams' own first ones, then those that Vigie understands. */
export const QUICK = ["like", "heart", "1f440_eyes", "1f6a8_policecarrevolvinglight", "2705_whiteheavycheckmark"];
const ALSO = ["laugh", "surprised", "sad", "angry", "launch", "1f389_partypopper", "1f525_fire", "1f64f_foldedhands",
  "1f440_eyes", "26a0_warningsign", "1f3ab_ticket", "1f4cc_pushpin"];
const BY_NAME = { like: "👍", heart: "❤️", laugh: "😆", surprised: "😮", sad: "🙁", angry: "😠", launch: "🚀" };

/** What a reaction is called: its name without the code point. */
export function wordOf(type) {
  return type.replace(/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*_/, "");
}

/** A reaction as a node; its name where it is no emoji that this page knows. */
export function reactionNode(type) {
  const code = /^([0-9a-f]{2,6})(?:-[0-9a-f]{2,6})*_/.exec(type);
  const point = code ? parseInt(code[1], 16) : null;
  const char = BY_NAME[type] ?? (point && point <= 0x10ffff ? String.fromCodePoint(point) : null);
  if (!char) return h("span", { class: "emoji" }, wordOf(type));
  return h("span", { class: "emoji", role: "img", "aria-label": wordOf(type), title: wordOf(type) }, characterNodes(char));
}

/** Adds the person's reaction, or takes it off when it stands. */
export function react(message, view, type) {
  const mine = message.reactions?.some((one) => one.name === type && one.users.includes(view.ctx.me?.id));
  return attempt(() => act("reaction", { channel: view.channel.id, ts: message.ts, user: view.ctx.me?.id, name: type, present: !mine }));
}

/** The chips of a message, or null when nobody reacted. */
export function reactionChips(message, view) {
  const all = (message.reactions ?? []).filter((one) => one.users.length);
  if (!all.length) return null;
  return h("div", { class: "chips" }, all.map(({ name, users }) => {
    const who = users.map((id) => nameOf(id, view.ctx)).join(", ");
    return h("button", {
      type: "button", class: "chip", "aria-pressed": String(users.includes(view.ctx.me?.id)), "data-testid": `reaction-${name}`,
      "data-focus": `chip-${name}`, title: `${who}: ${wordOf(name)}`, "aria-label": `${wordOf(name)} ${users.length}, ${who}`,
      on: { click: () => react(message, view, name) },
    }, reactionNode(name), h("span", { class: "count" }, String(users.length)));
  }));
}

/** Opens the further reactions below a button. */
export function pickReaction(button, message, view) {
  const choose = (type) => {
    closeMenu();
    return react(message, view, type);
  };
  toggleMenu(button, [], h("div", { class: "reaction-form" }, h("div", { class: "quick" }, [...new Set([...QUICK, ...ALSO])].map((type) => h("button", {
    type: "button", class: "tool", title: wordOf(type), "aria-label": wordOf(type), "data-testid": `pick-${type}`, on: { click: () => choose(type) },
  }, reactionNode(type))))));
}

/** The tools that react, for the toolbar of a message. */
export function reactionTools(tool, message, view) {
  const other = tool("react-other", "More reactions", icon("smile"), () => pickReaction(other, message, view));
  return [...QUICK.map((type) => tool(`react-${type}`, `React: ${wordOf(type)}`, reactionNode(type), () => react(message, view, type))), other];
}

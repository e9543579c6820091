/** Names, roles in words, and avatars. */

import { h } from "./dom.js";

const LEVELS = { 1: "manager", 2: "head", 3: "chief" };

/** What a person is here, in one or two words: engineer, shift lead, manager, head, chief, customer. */
export function roleWord(user) {
  const roles = user.roles ?? [];
  if (user.level) return LEVELS[user.level] ?? "manager";
  if (roles.includes("customer")) return "customer";
  if (roles.includes("lead")) return "shift lead";
  if (roles.includes("manager")) return "manager";
  if (roles.includes("agent")) return "engineer";
  return roles[0] ?? "requester";
}

/** On which platforms a person is, in words. */
export function platformWords(person) {
  const names = { slack: "Slack", teams: "Teams" };
  return Object.keys(person.accounts).sort().map((one) => names[one]).join(", ");
}

/** The name under which somebody's messages appear. */
export function nameOf(id, ctx) {
  const known = ctx.people.get(id)?.name;
  if (known) return known;
  if (id === ctx.bot) return ctx.botName;
  return id === "USLACKBOT" ? "Slackbot" : (id ?? "Unknown");
}

/** Whether a message comes from an app rather than a person. */
export function isApp(message, ctx) {
  return message.user === ctx.bot || message.user === "USLACKBOT" || Boolean(message.bot_id);
}

function hue(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 360;
  return sum;
}

/** A square with initials; the app shows its own mark. */
export function avatar(id, ctx, size = "") {
  if (id === ctx.bot) return h("img", { class: `avatar ${size}`, src: "icon.svg", alt: "" });
  const initials = nameOf(id, ctx).split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toLocaleUpperCase();
  const node = h("span", { class: `avatar ${size}`, "aria-hidden": "true" }, initials);
  node.style.setProperty("--hue", String(hue(ctx.people.get(id)?.email ?? id ?? "")));
  return node;
}

/** A channel's name as people write it: #name in Slack, the name alone in Teams, or the other person of a chat of two. */
export function channelTitle(channel, ctx) {
  if (channel.kind !== "dm") return channel.platform === "teams" ? channel.name : `#${channel.name}`;
  const other = channel.members.find((id) => id !== ctx.me?.id) ?? ctx.bot;
  return nameOf(other, ctx);
}

/**
 * Form controls for Block Kit elements that hold a value. Each is `{node, read}`: the control a label can point at, and
 * its plain value as the control API takes it (text, option value, user id, date, ISO instant, or a list of those).
 */

import { h } from "./dom.js";
import { characterNodes, emojiNodes, withEmoji } from "./emoji.js";
import { mrkdwn, unescapeText } from "./mrkdwn.js";
import { fromLocalField, isoWithOffset, toLocalField } from "./time.js";

/** A text object on one line, as options and placeholders show it. */
export function plain(text) {
  if (!text) return "";
  return withEmoji(text.type === "mrkdwn" ? unescapeText(text.text) : text.text);
}

/** A plain_text object as nodes, its emoji shown. */
export function plainNodes(text) {
  if (!text) return [];
  const nodes = text.emoji === false ? [document.createTextNode(text.text)] : emojiNodes(text.text);
  return nodes.flatMap((node) => (node instanceof Text ? characterNodes(node.data) : [node]));
}

function textInput(type) {
  return (element) => {
    const node = h(element.multiline ? "textarea" : "input", {
      class: "input", type: element.multiline ? null : type, rows: element.multiline ? 4 : null,
      placeholder: plain(element.placeholder) || null, maxlength: element.max_length, minlength: element.min_length,
      min: element.min_value, max: element.max_value, autocomplete: "off",
      step: type === "number" ? (element.is_decimal_allowed ? "any" : "1") : null,
      value: element.initial_value ?? "",
    });
    return { node, read: () => node.value };
  };
}

const optionsOf = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];

function optionNodes(options, chosen) {
  return options.map((option) => h("option", { value: option.value, selected: option.value === chosen }, plain(option.text)));
}

function select(element, children, chosen) {
  const node = h("select", { class: "input" },
    h("option", { value: "", selected: !chosen }, plain(element.placeholder) || "Choose…"), children);
  return { node, read: () => node.value };
}

function staticSelect(element) {
  const chosen = element.initial_option?.value;
  const groups = (element.option_groups ?? []).map((group) =>
    h("optgroup", { label: plain(group.label) }, optionNodes(group.options, chosen)));
  return select(element, [optionNodes(element.options ?? [], chosen), groups], chosen);
}

const peopleOptions = (ctx) => [...ctx.people.values()].map((user) => ({ value: user.id, text: { text: user.name } }));
const channelOptions = (ctx) => [...ctx.channels.values()].filter((one) => one.kind !== "dm")
  .map((one) => ({ value: one.id, text: { text: `#${one.name}` } }));

function pickOne(listed, initial) {
  return (element, ctx) => select(element, optionNodes(listed(ctx), element[initial]), element[initial]);
}

function choice(type, name, option, chosen, ctx) {
  const words = option.text?.type === "mrkdwn" ? mrkdwn(option.text.text, ctx) : plainNodes(option.text);
  return h("label", { class: "choice" },
    h("input", { type, name, value: option.value, checked: chosen }),
    h("span", {}, words, option.description && h("small", {}, plainNodes(option.description))));
}

let groups = 0;

function choices(type, options, chosen, ctx, long = false) {
  groups += 1;
  const node = h("div", { class: long ? "choices choices-long" : "choices", role: type === "radio" ? "radiogroup" : "group" },
    options.map((option) => choice(type, `choice-${groups}`, option, chosen.includes(option.value), ctx)));
  const values = () => [...node.querySelectorAll("input:checked")].map((input) => input.value);
  return { node, read: type === "radio" ? () => values()[0] ?? "" : values };
}

const initialValues = (element) => (element.initial_options ?? []).map((option) => option.value);

function calendarInput(type, initial) {
  return (element) => {
    const node = h("input", { class: "input", type, value: element[initial] ?? "" });
    return { node, read: () => node.value };
  };
}

/** A date and time in the reader's zone, read as an ISO instant with that zone's offset. */
function dateTime(element, ctx) {
  const zone = ctx.me?.tz || "UTC";
  const initial = element.initial_date_time ? new Date(element.initial_date_time * 1000) : null;
  const untouched = initial ? toLocalField(initial, zone) : "";
  const node = h("input", { class: "input", type: "datetime-local", value: untouched });
  const read = () => {
    if (!node.value) return "";
    // The field shows minutes: what nobody changed keeps its seconds, and its side of a repeated hour.
    const instant = initial && node.value === untouched ? initial : fromLocalField(node.value, zone);
    return isoWithOffset(instant, zone);
  };
  return { node, read };
}

const KINDS = {
  plain_text_input: textInput("text"),
  rich_text_input: (element) => textInput("text")({ ...element, multiline: true, initial_value: "" }),
  email_text_input: textInput("email"),
  url_text_input: textInput("url"),
  number_input: textInput("number"),
  static_select: staticSelect,
  users_select: pickOne(peopleOptions, "initial_user"),
  conversations_select: pickOne(channelOptions, "initial_conversation"),
  channels_select: pickOne(channelOptions, "initial_channel"),
  radio_buttons: (element, ctx) => choices("radio", optionsOf(element), [element.initial_option?.value], ctx),
  checkboxes: (element, ctx) => choices("checkbox", optionsOf(element), initialValues(element), ctx),
  multi_static_select: (element, ctx) => choices("checkbox", optionsOf(element), initialValues(element), ctx, true),
  multi_users_select: (element, ctx) => choices("checkbox", peopleOptions(ctx), element.initial_users ?? [], ctx, true),
  multi_conversations_select: (element, ctx) =>
    choices("checkbox", channelOptions(ctx), element.initial_conversations ?? [], ctx, true),
  datepicker: calendarInput("date", "initial_date"),
  timepicker: calendarInput("time", "initial_time"),
  datetimepicker: dateTime,
};

/** The control for an element, or null when the element holds no value (a button, an unknown type). */
export function field(element, ctx) {
  if (!Object.hasOwn(KINDS, element.type)) return null;
  return KINDS[element.type](element, ctx);
}

/** Puts a value read earlier back into a control of the same element. */
export function restoreValue(node, raw) {
  if (node.matches("input,textarea,select")) {
    node.value = raw;
    return;
  }
  for (const input of node.querySelectorAll("input")) input.checked = raw.includes(input.value);
}

/** What `restoreValue` takes: the control's state as it stands, in its own form. */
export function rawValue(node) {
  if (node.matches("input,textarea,select")) return node.value;
  return [...node.querySelectorAll("input:checked")].map((input) => input.value);
}

/** The option object behind a plain value, or null. */
export function optionOf(element, value) {
  return optionsOf(element).find((option) => option.value === value) ?? null;
}

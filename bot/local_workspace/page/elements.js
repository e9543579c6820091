/**
 * Interactive Block Kit elements outside forms: using one tells the bot at once, through `ctx.dispatch(action)`.
 */

import { h, icon } from "./dom.js";
import { confirmed } from "./dialog.js";
import { field, optionOf, plain, plainNodes } from "./fields.js";
import { toggleMenu } from "./menu.js";

/** An element of an actions block or an accessory, or null when its type is unknown. */
export function element(spec, blockId, ctx) {
  switch (spec.type) {
    case "button":
      return button(spec, blockId, ctx);
    case "overflow":
      return overflow(spec, blockId, ctx);
    case "image":
      return picture(spec);
    default:
      return dispatching(spec, blockId, ctx);
  }
}

async function send(node, spec, blockId, ctx, fields) {
  if (!(await confirmed(spec, ctx))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    await ctx.dispatch({ type: spec.type, action_id: spec.action_id, block_id: blockId, ...fields });
  } finally {
    node.removeAttribute("aria-busy");
  }
  return true;
}

function button(spec, blockId, ctx) {
  const node = h("button", {
    type: "button", class: ["button", spec.style].filter(Boolean).join(" "), "data-action-id": spec.action_id,
    "aria-label": spec.accessibility_label,
    on: {
      click: () => {
        if (node.getAttribute("aria-busy")) return;
        if (/^https?:/i.test(spec.url ?? "") && !ctx.openLink?.(spec.url)) window.open(spec.url, "_blank", "noopener");
        void send(node, spec, blockId, ctx, spec.value === undefined ? {} : { value: spec.value });
      },
    },
  }, plainNodes(spec.text));
  return node;
}

function overflow(spec, blockId, ctx) {
  const node = h("button", {
    type: "button", class: "button icon-only", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    "data-action-id": spec.action_id,
    on: {
      click: () => toggleMenu(node, spec.options.map((option) => ({
        label: plainNodes(option.text),
        run: () => void send(node, spec, blockId, ctx, { value: option.value, selected_option: option }),
      }))),
    },
  }, icon("more"));
  return node;
}

function dispatching(spec, blockId, ctx) {
  const made = field(spec, ctx);
  if (!made) return null;
  const { node, read } = made;
  let before = read();
  node.setAttribute("data-action-id", spec.action_id);
  if (!node.hasAttribute("aria-label")) node.setAttribute("aria-label", plain(spec.placeholder) || spec.action_id);
  node.addEventListener("change", async () => {
    const value = read();
    const option = optionOf(spec, value);
    if (await send(node, spec, blockId, ctx, option ? { value, selected_option: option } : { value })) before = value;
    else if (node.matches("input,select")) node.value = before;
  });
  return node;
}

/** A picture: shown when this workspace serves it itself, else its description stands in for it. */
export function picture(spec) {
  const file = spec.slack_file?.id ? `/local/files/${spec.slack_file.id}` : spec.slack_file?.url;
  const url = spec.image_url ?? file ?? "";
  const own = url.startsWith("/") || url.startsWith(`${location.origin}/`);
  if (own) return h("img", { src: url, alt: spec.alt_text ?? "", class: "picture" });
  return h("span", { class: "picture-words", role: "img", "aria-label": spec.alt_text, title: url }, `▨ ${spec.alt_text ?? "image"}`);
}

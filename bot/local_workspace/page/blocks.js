/** Block Kit blocks as nodes. An unknown block is named rather than left out. */

import { h } from "./dom.js";
import { chart } from "./chart.js";
import { dataTable } from "./datatable.js";
import { element, picture } from "./elements.js";
import { plain, plainNodes } from "./fields.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Any text object, formatted as its type says. */
export function words(text, ctx) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, ctx) : plainNodes(text);
}

const RENDERERS = {
  header: (block, ctx) => h("div", { class: "b-header", role: "heading", "aria-level": "3" }, words(block.text, ctx)),
  section: (block, ctx) => h("div", { class: "b-section" },
    h("div", { class: "b-text" },
      block.text && h("div", { class: "words" }, words(block.text, ctx)),
      block.fields && h("div", { class: "b-fields" }, block.fields.map((one) => h("div", { class: "words" }, words(one, ctx))))),
    block.accessory && h("div", { class: "b-accessory" }, element(block.accessory, block.block_id, ctx))),
  context: (block, ctx) => h("div", { class: "b-context" }, (block.elements ?? []).map((one) =>
    (one.type === "image" ? picture(one) : h("span", { class: "words" }, words(one, ctx))))),
  divider: () => h("hr"),
  actions: (block, ctx) => h("div", { class: "b-actions" }, (block.elements ?? []).map((one) => element(one, block.block_id, ctx))),
  image: (block) => h("figure", { class: "b-image" }, block.title && h("figcaption", {}, plain(block.title)), picture(block)),
  rich_text: richText,
  markdown: (block, ctx) => h("div", { class: "words" }, mrkdwn(block.text ?? "", ctx)),
  input: (block, ctx) => ctx.input?.(block) ?? null,
  container,
  data_table: dataTable,
  data_visualization: chart,
};

/** What somebody folded open stays open when its message is drawn again: by message, title and place. */
const opened = new Map();

function container(block, ctx) {
  const head = [h("span", { class: "b-container-title" }, plain(block.title)),
    block.subtitle && h("span", { class: "b-container-subtitle" }, words(block.subtitle, ctx))];
  const inside = h("div", { class: "b-container-inside" }, blocks(block.child_blocks, ctx));
  if (!block.is_collapsible) return h("section", { class: "b-container" }, h("div", { class: "b-container-head" }, head), inside);
  const key = `${ctx.where ?? ""} ${block.title?.text ?? ""}`;
  const node = h("details", { class: "b-container" }, h("summary", { class: "b-container-head" }, head), inside);
  node.open = opened.get(key) ?? !block.default_collapsed;
  node.addEventListener("toggle", () => opened.set(key, node.open));
  return node;
}

/** The blocks of a message or view, in order. */
export function blocks(list, ctx) {
  return (list ?? []).map((block) => {
    const render = Object.hasOwn(RENDERERS, block.type) ? RENDERERS[block.type] : null;
    const node = render ? render(block, ctx) : h("div", { class: "b-unknown" }, `[a ${block.type} block, which this page does not show]`);
    if (node && block.block_id) node.setAttribute("data-block-id", block.block_id);
    return node;
  });
}

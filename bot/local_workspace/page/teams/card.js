/**
 * Adaptive Cards 1.5 as nodes. What this page does not know is shown as its fallback, and named where it has none.
 *
 * `ctx` is as in markdown.js, with `where` (names the message, so that what was opened stays open), `inputs` (see inputs.js)
 * and `dispatch(action, values)`, which tells the bot.
 */

import { groupedBars } from "../chart.js";
import { h } from "../dom.js";
import { actionRow, selectable, wasToggled } from "./actions.js";
import { Inputs, isInput } from "./inputs.js";
import { inline, markdown, mentionsOf } from "./markdown.js";

const word = (value, allowed, otherwise) => (allowed.includes(value) ? value : otherwise);
const low = (value) => String(value ?? "").toLowerCase();

/** A card as one element. `kept` holds what was put into its inputs before, by id. */
export function card(spec, ctx, kept = new Map()) {
  const own = { ...ctx, mentions: mentionsOf(spec?.msteams?.entities), kept };
  own.inputs = new Inputs(own);
  const node = h("div", { class: low(spec?.msteams?.width) === "full" ? "ac ac-full" : "ac" }, body(spec, own));
  node.inputs = own.inputs;
  return node;
}

/** What is in a card, the one of a message or one that a button shows. */
export function body(spec, ctx) {
  return [elements(spec?.body, ctx), actionRow(spec?.actions, ctx)];
}

/** Elements in order. */
export function elements(list, ctx) {
  return (Array.isArray(list) ? list : []).map((one) => element(one, ctx)).filter(Boolean);
}

function element(spec, ctx) {
  if (!spec || typeof spec !== "object") return null;
  const render = Object.hasOwn(RENDERERS, spec.type) ? RENDERERS[spec.type] : null;
  if (render || isInput(spec)) return placed(render ? render(spec, ctx) : ctx.inputs.field(spec), spec, ctx);
  if (spec.fallback === "drop") return null;
  if (spec.fallback) return element(spec.fallback, ctx);
  return h("div", { class: "b-unknown" }, `[a ${spec.type} element, which this page does not show]`);
}

/** Everything that any element may say of its place: space above, a line, alignment, height, whether it shows. */
function placed(node, spec, ctx) {
  if (!node) return null;
  node.classList.add("ac-item", `ac-space-${word(low(spec.spacing), ["none", "small", "medium", "large", "extralarge", "padding"], "default")}`);
  if (spec.separator === true) node.classList.add("ac-separator");
  const align = word(low(spec.horizontalAlignment), ["center", "right"], null);
  if (align) node.classList.add(`ac-${align}`);
  if (typeof spec.id === "string") {
    node.dataset.acId = spec.id;
    node.hidden = wasToggled(ctx.where, spec.id) ?? spec.isVisible === false;
  } else if (spec.isVisible === false) node.hidden = true;
  return node;
}

function looks(spec) {
  return [
    "ac-text",
    `ac-size-${word(low(spec.size), ["small", "medium", "large", "extralarge"], "default")}`,
    `ac-weight-${word(low(spec.weight), ["lighter", "bolder"], "default")}`,
    `ac-color-${word(low(spec.color), ["dark", "light", "accent", "good", "warning", "attention"], "default")}`,
    spec.isSubtle === true && "ac-subtle",
    low(spec.fontType) === "monospace" && "ac-mono",
  ].filter(Boolean).join(" ");
}

function textBlock(spec, ctx) {
  const heading = low(spec.style) === "heading";
  const node = h("div", {
    class: `${looks(spec)}${spec.wrap === true ? "" : " ac-one-line"}`, role: heading ? "heading" : null, "aria-level": heading ? "3" : null,
    title: spec.wrap === true ? null : String(spec.text ?? ""),
  }, markdown(spec.text, ctx));
  if (Number.isInteger(spec.maxLines) && spec.maxLines > 0 && spec.wrap === true) {
    node.classList.add("ac-clamped");
    node.style.setProperty("-webkit-line-clamp", String(spec.maxLines));
  }
  return node;
}

function richTextBlock(spec, ctx) {
  const runs = Array.isArray(spec.inlines) ? spec.inlines : [];
  return h("div", { class: "ac-text ac-rich" }, runs.map((run) => textRun(typeof run === "string" ? { text: run } : run, ctx)));
}

/** A run of text: no Markdown in it, only dates. */
function textRun(run, ctx) {
  if (!run || typeof run !== "object") return null;
  let node = h("span", { class: looks(run) }, plainWithDates(run.text, ctx));
  for (const [name, tag] of [["strikethrough", "del"], ["italic", "em"], ["underline", "u"], ["highlight", "mark"]]) {
    if (run[name] === true) node = h(tag, {}, node);
  }
  return run.selectAction ? selectable(node, run.selectAction, ctx) : node;
}

function plainWithDates(text, ctx) {
  return inline(String(text ?? "").replace(/[\\&<[*_]/g, (char) => `\\${char}`), ctx);
}

function factSet(spec, ctx) {
  const facts = Array.isArray(spec.facts) ? spec.facts : [];
  return h("dl", { class: "ac-facts" }, facts.flatMap((fact) => [h("dt", {}, markdown(fact?.title, ctx)), h("dd", {}, markdown(fact?.value, ctx))]));
}

const STYLES = ["emphasis", "good", "attention", "warning", "accent"];

function boxed(node, spec, ctx) {
  const style = word(low(spec.style), STYLES, null);
  if (style) node.classList.add("ac-box", `ac-style-${style}`);
  if (spec.bleed === true) node.classList.add("ac-bleed");
  const content = word(low(spec.verticalContentAlignment), ["center", "bottom"], null);
  if (content) node.classList.add(`ac-v-${content}`);
  return spec.selectAction ? selectable(node, spec.selectAction, ctx) : node;
}

function container(spec, ctx) {
  return boxed(h("div", { class: "ac-container" }, elements(spec.items, ctx)), spec, ctx);
}

function columnSet(spec, ctx) {
  const columns = Array.isArray(spec.columns) ? spec.columns : [];
  return boxed(h("div", { class: "ac-columns" }, columns.map((one) => column(one, ctx))), spec, ctx);
}

function column(spec, ctx) {
  const node = boxed(h("div", { class: "ac-column" }, elements(spec?.items, ctx)), spec ?? {}, ctx);
  const { width } = spec ?? {};
  const share = Number(width);
  if (width === "auto") node.classList.add("ac-auto");
  else if (/^\d+px$/.test(String(width))) Object.assign(node.style, { flex: "none", width });
  else if (share > 0) node.style.flex = `${share} 1 0`;
  return placed(node, spec ?? {}, ctx);
}

function table(spec, ctx) {
  const rows = Array.isArray(spec.rows) ? spec.rows : [];
  const shares = (Array.isArray(spec.columns) ? spec.columns : []).map((one) => Number(one?.width) || 1);
  const whole = shares.reduce((sum, one) => sum + one, 0);
  const columns = shares.map((one) => Object.assign(h("col"), { width: `${(100 * one) / whole}%` }));
  const lines = rows.map((row, index) => h("tr", {}, (row?.cells ?? []).map((cell) =>
    h(index === 0 && spec.firstRowAsHeader !== false ? "th" : "td", {}, elements(cell?.items, ctx)))));
  return h("table", { class: spec.showGridLines === false ? "ac-table ac-no-grid" : "ac-table" },
    h("colgroup", {}, columns), h("tbody", {}, lines));
}

/** A picture: shown when this workspace serves it itself, else its description stands in for it. */
function image(spec) {
  const url = String(spec.url ?? "");
  const own = (url.startsWith("/") && !url.startsWith("//")) || url.startsWith(`${location.origin}/`);
  if (own) return h("img", { src: url, alt: spec.altText ?? "", class: "picture" });
  return h("span", { class: "picture-words", role: "img", "aria-label": spec.altText, title: url }, `▨ ${spec.altText ?? "image"}`);
}

const RENDERERS = {
  TextBlock: textBlock,
  RichTextBlock: richTextBlock,
  FactSet: factSet,
  Container: container,
  ColumnSet: columnSet,
  Table: table,
  "Chart.VerticalBar.Grouped": groupedBars,
  Image: image,
  ImageSet: (spec) => h("div", { class: "ac-images" }, (spec.images ?? []).map(image)),
  ActionSet: (spec, ctx) => actionRow(spec.actions, ctx) ?? h("div"),
};

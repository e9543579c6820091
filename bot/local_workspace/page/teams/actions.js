/** What can be pressed on an Adaptive Card. */

import { h, icon } from "../dom.js";
import { toggleMenu } from "../menu.js";
import { body } from "./card.js";
import { Inputs } from "./inputs.js";

/** Teams shows six actions; the others are under the menu. */
const SHOWN = 6;
const KNOWN = ["Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ToggleVisibility", "Action.ShowCard"];

/** What somebody has folded open or hidden stays so when its card is drawn again: by message and element. */
const toggled = new Map();

/** Whether an element was hidden (true) or shown (false) by a press, or undefined. */
export function wasToggled(where, id) {
  return where === undefined ? undefined : toggled.get(`${where} ${id}`);
}

/** A row of buttons with the cards that some of them show below it, or null when there is nothing to press. */
export function actionRow(list, ctx) {
  const actions = (Array.isArray(list) ? list : []).map(known).filter(Boolean);
  if (!actions.length) return null;
  const first = actions.filter((one) => one.mode !== "secondary");
  const shown = first.slice(0, SHOWN);
  const more = [...first.slice(SHOWN), ...actions.filter((one) => one.mode === "secondary")];
  const row = h("div", { class: "ac-actions" });
  const cards = h("div", { class: "ac-shown-cards" });
  row.append(...shown.map((one) => button(one, ctx, cards)));
  if (more.length) row.append(overflow(more, ctx, cards));
  return h("div", { class: "ac-action-set" }, row, cards);
}

/** The action itself, what it falls back to, or null. */
function known(spec) {
  if (!spec || typeof spec !== "object") return null;
  if (KNOWN.includes(spec.type)) return spec;
  return spec.fallback && spec.fallback !== "drop" ? known(spec.fallback) : null;
}

/** What a program or a test finds a button by: the verb in its data. */
export function actionId(spec) {
  const data = spec.data && typeof spec.data === "object" ? spec.data : {};
  return data.action ?? data.msteams?.action ?? spec.verb ?? null;
}

function button(spec, ctx, cards) {
  const looks = { positive: "primary", destructive: "danger" }[spec.style] ?? "";
  const shows = spec.type === "Action.ShowCard";
  const node = h("button", {
    type: "button", class: `button ${looks}`, disabled: spec.isEnabled === false, title: spec.tooltip,
    "data-action-id": actionId(spec), "data-testid": ctx.testId?.(spec), "aria-expanded": shows ? "false" : null,
    on: { click: () => run(node, spec, ctx, cards) },
  }, spec.title ?? "");
  if (shows && toggled.get(`${ctx.where} card ${spec.title}`)) showCard(node, spec, ctx, cards);
  return node;
}

function overflow(actions, ctx, cards) {
  const node = h("button", {
    type: "button", class: "button icon-only", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    "data-testid": "card-more",
    on: {
      click: () => toggleMenu(node, actions.map((spec) => ({
        label: spec.title ?? "", id: actionId(spec) ? `menu-${actionId(spec)}` : null, danger: spec.style === "destructive",
        run: () => run(node, spec, ctx, cards),
      }))),
    },
  }, icon("more"));
  return node;
}

/** Makes something pressable as a whole. */
export function selectable(node, spec, ctx) {
  const action = known(spec);
  if (!action) return node;
  node.classList.add("ac-selectable");
  node.tabIndex = 0;
  node.setAttribute("role", action.type === "Action.OpenUrl" ? "link" : "button");
  node.setAttribute("data-action-id", actionId(action) ?? "");
  if (action.title) node.setAttribute("aria-label", action.title);
  const press = (event) => {
    if (event.target !== node && event.target.closest("a,button,input,select,textarea")) return;
    event.preventDefault();
    void run(node, action, ctx, null);
  };
  node.addEventListener("click", press);
  node.addEventListener("keydown", (event) => { if (event.target === node && (event.key === "Enter" || event.key === " ")) press(event); });
  return node;
}

async function run(node, spec, ctx, cards) {
  switch (spec.type) {
    case "Action.OpenUrl":
      if (/^https?:/i.test(spec.url ?? "") && !ctx.openLink?.(spec.url)) window.open(spec.url, "_blank", "noopener");
      break;
    case "Action.ToggleVisibility":
      toggle(node, spec, ctx);
      break;
    case "Action.ShowCard":
      showCard(node, spec, ctx, cards);
      break;
    default:
      await send(node, spec, ctx);
  }
}

async function send(node, spec, ctx) {
  if (node.getAttribute("aria-busy")) return;
  const values = spec.associatedInputs === "none" || spec.associatedInputs === "None" ? {} : ctx.inputs.checked();
  if (values === null) return;
  node.setAttribute("aria-busy", "true");
  try {
    const answer = await ctx.dispatch(spec, values);
    if (answer?.errors) ctx.inputs.showErrors(answer.errors);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function toggle(node, spec, ctx) {
  const root = node.closest(".ac");
  for (const target of Array.isArray(spec.targetElements) ? spec.targetElements : []) {
    const id = typeof target === "string" ? target : target?.elementId;
    const found = [...(root?.querySelectorAll("[data-ac-id]") ?? [])].find((one) => one.dataset.acId === id);
    if (!found) continue;
    found.hidden = typeof target?.isVisible === "boolean" ? !target.isVisible : !found.hidden;
    toggled.set(`${ctx.where} ${id}`, found.hidden);
  }
}

function showCard(node, spec, ctx, cards) {
  const was = node.getAttribute("aria-expanded") === "true";
  for (const other of node.parentElement?.querySelectorAll("[aria-expanded=true]") ?? []) other.setAttribute("aria-expanded", "false");
  cards?.replaceChildren();
  toggled.set(`${ctx.where} card ${spec.title}`, !was);
  if (was || !cards) return;
  node.setAttribute("aria-expanded", "true");
  const inner = { ...ctx, inputs: new Inputs(ctx, ctx.inputs) };
  cards.append(h("div", { class: "ac-shown" }, body(spec.card, inner)));
}

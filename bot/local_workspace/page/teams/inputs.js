/** The inputs of an Adaptive Card: fields with labels, what was put in, and what is missing. */

import { h } from "../dom.js";

const PLAIN_CONTROL = "input:not([type=checkbox]),select,textarea";
let groups = 0;

/** Whether an element holds a value. */
export function isInput(spec) {
  return Object.hasOwn(KINDS, spec?.type);
}

/** The inputs of one card. Those of the card around it are sent with them, as Teams does. */
export class Inputs {
  constructor(ctx, around = null) {
    this.ctx = ctx;
    this.around = around;
    this.fields = new Map();
  }

  /** An input as a labelled field; registers it. */
  field(spec) {
    const id = String(spec.id ?? "");
    const { node, read, put } = KINDS[spec.type](spec);
    const kept = this.ctx.kept?.get(id);
    if (kept !== undefined) put(kept);
    const single = node.matches(PLAIN_CONTROL);
    const dom = `ac-${(groups += 1)}`;
    node.id = dom;
    node.setAttribute("data-testid", `field-${id}`);
    node.setAttribute("aria-describedby", `${dom}-error`);
    if (spec.isRequired === true) node.setAttribute("aria-required", "true");
    if (spec.label) node.setAttribute(single ? "data-labelled" : "aria-labelledby", `${dom}-label`);
    else node.setAttribute("aria-label", spec.placeholder || spec.title || id);
    const error = h("p", { class: "field-error", id: `${dom}-error`, hidden: true, "data-testid": `error-${id}` });
    this.fields.set(id, { spec, node, read, error });
    node.addEventListener("input", () => this.ctx.kept?.set(id, read()));
    return h("div", { class: "field" },
      spec.label && h(single ? "label" : "div", { class: "field-label", id: `${dom}-label`, for: single ? dom : null },
        spec.label, spec.isRequired === true && h("span", { class: "ac-required", "aria-hidden": "true" }, " *")),
      node, error);
  }

  /** Every value by id, those of the cards around included. */
  values() {
    return { ...(this.around?.values() ?? {}), ...Object.fromEntries([...this.fields].map(([id, { read }]) => [id, read()])) };
  }

  /** The same, or null when something is missing or wrong: then it is said below the field. */
  checked() {
    const above = this.around ? this.around.checked() : {};
    const wrong = Object.fromEntries([...this.fields].map(([id, { spec, read }]) => [id, problem(spec, read())]).filter(([, text]) => text));
    this.showErrors(wrong);
    return above === null || Object.keys(wrong).length ? null : this.values();
  }

  /** Shows each error below its field and goes to the first. */
  showErrors(errors) {
    for (const [id, { node, error }] of this.fields) {
      error.textContent = errors[id] ?? "";
      error.hidden = !errors[id];
      if (errors[id]) node.setAttribute("aria-invalid", "true");
      else node.removeAttribute("aria-invalid");
    }
    const first = [...this.fields.values()].find(({ error }) => !error.hidden)?.node;
    if (!first) return;
    first.closest(".field").scrollIntoView({ block: "center" });
    (first.matches(PLAIN_CONTROL) ? first : first.querySelector("input"))?.focus({ preventScroll: true });
  }
}

function problem(spec, value) {
  if (spec.isRequired === true && (spec.type === "Input.Toggle" ? value !== (spec.valueOn ?? "true") : !value.trim())) return spec.errorMessage || "This is required.";
  if (value && spec.type === "Input.Text" && spec.regex) {
    try {
      if (!new RegExp(spec.regex).test(value)) return spec.errorMessage || "This does not have the right form.";
    } catch {
      return null; // an expression that is none refuses nothing
    }
  }
  if (value && spec.type === "Input.Number" && !inRange(spec, Number(value))) return spec.errorMessage || "This number is out of range.";
  return null;
}

const inRange = (spec, number) => !Number.isNaN(number) && !(number < spec.min) && !(number > spec.max);

function control(node) {
  return { node, read: () => node.value, put: (value) => { node.value = value; } };
}

function text(spec) {
  const type = { email: "email", url: "url", tel: "tel", password: "password" }[String(spec.style ?? "").toLowerCase()] ?? "text";
  return control(h(spec.isMultiline === true ? "textarea" : "input", {
    class: "input", type: spec.isMultiline === true ? null : type, rows: spec.isMultiline === true ? 4 : null,
    placeholder: spec.placeholder, maxlength: spec.maxLength > 0 ? spec.maxLength : null, autocomplete: "off", value: spec.value ?? "",
  }));
}

function calendar(type) {
  return (spec) => control(h("input", { class: "input", type, min: spec.min, max: spec.max, value: spec.value ?? "" }));
}

function toggle(spec) {
  const on = spec.valueOn ?? "true";
  const box = h("input", { type: "checkbox", checked: spec.value === on });
  const node = h("div", { class: "choices", role: "group" }, h("label", { class: "choice" }, box, h("span", {}, spec.title ?? "")));
  return { node, read: () => (box.checked ? on : (spec.valueOff ?? "false")), put: (value) => { box.checked = value === on; } };
}

function choices(spec) {
  const list = Array.isArray(spec.choices) ? spec.choices : [];
  const chosen = String(spec.value ?? "").split(",").filter(Boolean);
  if (spec.isMultiSelect !== true && spec.style !== "expanded") return control(dropDown(spec, list));
  groups += 1;
  const type = spec.isMultiSelect === true ? "checkbox" : "radio";
  const node = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group" }, list.map((one) => h("label", { class: "choice" },
    h("input", { type, name: `choice-ac-${groups}`, value: one?.value ?? "", checked: chosen.includes(one?.value) }), h("span", {}, one?.title ?? ""))));
  const boxes = () => [...node.querySelectorAll("input")];
  return {
    node, read: () => boxes().filter((box) => box.checked).map((box) => box.value).join(","),
    put: (value) => { for (const box of boxes()) box.checked = value.split(",").includes(box.value); },
  };
}

function dropDown(spec, list) {
  return h("select", { class: "input" },
    !list.some((one) => one?.value === spec.value) && h("option", { value: "", selected: true }, spec.placeholder || "Choose…"),
    list.map((one) => h("option", { value: one?.value ?? "", selected: one?.value === spec.value }, one?.title ?? "")));
}

const KINDS = {
  "Input.Text": text,
  "Input.Number": calendar("number"),
  "Input.Date": calendar("date"),
  "Input.Time": calendar("time"),
  "Input.Toggle": toggle,
  "Input.ChoiceSet": choices,
};

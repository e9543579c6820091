/** The input blocks of one view: fields with their labels, hints and errors, and what was put in them. */

import { h } from "./dom.js";
import { field, optionOf, plain, rawValue, restoreValue } from "./fields.js";
import { toast } from "./toast.js";

const PLAIN_CONTROL = "input,select,textarea";

/** The fields of a view. `kept` holds what was put in before, by `inputKey`: it survives an update as in Slack. */
export class Form {
  constructor(kept) {
    this.kept = kept;
    this.inputs = new Map();
  }

  /** An input block as a labelled field; registers it. */
  block(block, ctx) {
    const { element } = block;
    const made = field(element, ctx);
    if (!made) return h("p", { class: "b-unknown" }, `[a ${element?.type} field, which this page does not show]`);
    const { node, read } = made;
    const key = `${block.block_id} ${element.action_id}`;
    const id = `field-${block.block_id}`;
    const single = node.matches(PLAIN_CONTROL);
    node.id = id;
    node.setAttribute("data-testid", id);
    node.setAttribute("data-action-id", element.action_id ?? "");
    node.setAttribute("aria-describedby", `${id}-error`);
    if (!single) node.setAttribute("aria-labelledby", `${id}-label`);
    if (this.kept.has(key)) restoreValue(node, this.kept.get(key));
    const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true, "data-testid": `error-${block.block_id}` });
    this.inputs.set(block.block_id, { key, node, read, error });
    if (block.dispatch_action) tellAtOnce(node, read, block, ctx);
    const zone = element.type === "datetimepicker" ? `Times are in ${ctx.me?.tz ?? "UTC"}.` : "";
    const hint = [plain(block.hint), zone].filter(Boolean).join(" ");
    return h("div", { class: "field" },
      h(single ? "label" : "div", { class: "field-label", id: `${id}-label`, for: single ? id : null },
        plain(block.label), block.optional && h("span", { class: "optional" }, "optional")),
      node, hint && h("p", { class: "field-hint" }, hint), error);
  }

  /** Every field's plain value by block_id, as `/submit` takes them. */
  values() {
    return Object.fromEntries([...this.inputs].map(([blockId, { read }]) => [blockId, read()]));
  }

  /** Everything put in, to be handed to the next Form of the same view. */
  draft() {
    return new Map([...this.inputs.values()].map(({ key, node }) => [key, rawValue(node)]));
  }

  /** Shows each error below its field and goes to the first; one without a field becomes a toast. */
  showErrors(errors) {
    for (const [blockId, { node, error }] of this.inputs) {
      error.textContent = errors[blockId] ?? "";
      error.hidden = !errors[blockId];
      if (errors[blockId]) node.setAttribute("aria-invalid", "true");
      else node.removeAttribute("aria-invalid");
    }
    for (const [blockId, text] of Object.entries(errors)) if (!this.inputs.has(blockId)) toast(text);
    const first = [...this.inputs.values()].find(({ error }) => !error.hidden)?.node;
    if (!first) return;
    // The label above and the error below should be in sight together.
    first.closest(".field").scrollIntoView({ block: "center" });
    (first.matches(PLAIN_CONTROL) ? first : first.querySelector("input"))?.focus({ preventScroll: true });
  }
}

/** A field with `dispatch_action` tells the bot on a new choice, or on Enter in a line of text. */
function tellAtOnce(node, read, block, ctx) {
  const { element } = block;
  const tell = () => {
    const value = read();
    const option = optionOf(element, value);
    const chosen = option ? { value, selected_option: option } : { value };
    void ctx.dispatch({ type: element.type, action_id: element.action_id, block_id: block.block_id, ...chosen });
  };
  if (!node.matches("input[type=text],textarea")) {
    node.addEventListener("change", tell);
    return;
  }
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    tell();
  });
}

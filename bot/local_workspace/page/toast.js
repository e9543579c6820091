/** Short notices at the page's edge, mostly about what was not done and why. */

import { h, icon } from "./dom.js";

const SHOWN_MS = 9000;

const area = document.getElementById("toasts");

/** Shows a sentence until it is dismissed, at most nine seconds, above an open form too. */
export function toast(text, kind = "error") {
  const gone = () => {
    node.remove();
    if (!area.children.length && area.matches(":popover-open")) area.hidePopover();
  };
  const node = h("div", { class: `toast ${kind}`, "data-testid": "toast" },
    h("span", {}, text),
    h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", on: { click: gone } }, icon("close")));
  area.append(node);
  while (area.children.length > 4) area.firstElementChild.remove();
  // What was shown last lies on top: shown again, the notices lie above a form opened since.
  if (area.matches(":popover-open")) area.hidePopover();
  area.showPopover();
  setTimeout(gone, SHOWN_MS);
}

/** Runs an action; a refusal becomes a toast and the result is null. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error.message);
    return null;
  }
}

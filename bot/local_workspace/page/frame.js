/** The frame of a form that the bot opened: over the page, and there until the workspace takes it away. */

import { askFirst } from "./dialog.js";
import { h } from "./dom.js";

let asking = false;

/**
 * Opens it. Escape calls `leave`: the workspace decides when a form is gone, so the browser must not hide it by itself.
 * @param {{kind: string, title: string, platform: string, leave: () => void}} form - `title`: the id of its heading
 */
export function openFrame({ kind, title, platform, leave }) {
  const before = document.activeElement;
  const onCancel = (event) => {
    event.preventDefault();
    leave();
  };
  const dialog = h("dialog", {
    class: `dialog ${kind}`, "data-testid": "modal", "data-platform": platform, "aria-labelledby": title,
    on: { cancel: onCancel, keydown: (event) => { if (event.key === "Escape") onCancel(event); } },
  });
  document.body.append(dialog);
  dialog.showModal();
  const shut = () => {
    dialog.close();
    dialog.remove();
    before?.focus?.({ preventScroll: true });
  };
  return { dialog, shut };
}

/** Whether a form may be left: an untouched one at once; what somebody has begun to write is asked about, once. */
export async function mayLeave(isUntouched) {
  if (asking) return false;
  if (isUntouched) return true;
  asking = true;
  const yes = await askFirst({
    title: "Throw this form away?", body: "What you entered in it is lost.", yes: "Throw it away", no: "Keep writing", danger: true,
  });
  asking = false;
  return yes;
}

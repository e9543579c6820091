/** Yes-or-no questions: a Block Kit confirm object, or the page's own. */

import { h } from "./dom.js";
import { plain } from "./fields.js";
import { mrkdwn } from "./mrkdwn.js";

/**
 * Asks and resolves to true or false; Escape means no, and so does a careless Enter where something would be lost.
 * @param {{title: any, body: any, yes: string, no: string, danger?: boolean}} question
 */
export function askFirst({ title, body, yes, no, danger = false }) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const answer = (result) => {
      dialog.close();
      dialog.remove();
      before?.focus?.({ preventScroll: true });
      resolve(result);
    };
    const confirm = h("button", {
      type: "button", class: danger ? "button danger" : "button primary", "data-testid": "confirm-yes", on: { click: () => answer(true) },
    }, yes);
    const deny = h("button", { type: "button", class: "button", "data-testid": "confirm-no", on: { click: () => answer(false) } }, no);
    const dialog = h("dialog", {
      class: "dialog question", "aria-labelledby": "question-title", "data-testid": "confirm",
      on: { cancel: (event) => { event.preventDefault(); answer(false); }, keydown: (event) => event.stopPropagation() },
    },
    h("h2", { id: "question-title" }, title), h("div", { class: "question-body" }, body),
    h("footer", {}, deny, confirm));
    document.body.append(dialog);
    dialog.showModal();
    (danger ? deny : confirm).focus();
  });
}

/** Asks what an element's `confirm` object says; true at once when it has none. */
export async function confirmed(element, ctx) {
  const question = element.confirm;
  if (!question) return true;
  return askFirst({
    title: plain(question.title),
    body: question.text?.type === "mrkdwn" ? mrkdwn(question.text.text, ctx) : plain(question.text),
    yes: plain(question.confirm),
    no: plain(question.deny),
    danger: question.style === "danger",
  });
}

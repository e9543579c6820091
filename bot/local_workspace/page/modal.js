/** The form the bot opened for the person: shown over the page, then sent or cancelled. */

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h, icon } from "./dom.js";
import { plain } from "./fields.js";
import { Form } from "./form.js";
import { mayLeave, openFrame } from "./frame.js";
import { openLink } from "./links.js";
import { refresh } from "./live.js";
import { me, meOn, onChange, reading, store, topView } from "./store.js";
import { attempt, toast } from "./toast.js";

let frame = null;
let form = null;
let sign = null;
let viewId = null;
/** What the form held before anybody touched it, by which it is known whether there is something to lose. */
let untouched = "";
/** What was put into each open view, so that a form below another one comes back as it was left. */
const drafts = new Map();

async function submit(event, view) {
  event.preventDefault();
  const button = frame.dialog.querySelector("[data-testid=submit]");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const answer = await act("submit", { user: meOn("slack")?.id, view_id: view.id, values: form.values() });
    form.showErrors(answer.errors ?? {});
  } catch (error) {
    toast(error.message);
  }
  button.disabled = false;
  await refresh();
}

async function cancel(view) {
  await attempt(() => act("close", { user: meOn("slack")?.id, view_id: view.id }));
  await refresh();
}

async function leave() {
  const view = topView("modal");
  if (view && await mayLeave(JSON.stringify([...form.draft()]) === untouched)) await cancel(view);
}

function build(view) {
  form = new Form(drafts.get(view.id) ?? new Map());
  const fields = form;
  const dispatch = (action) =>
    attempt(() => act("interact", { view_id: view.id, user: meOn("slack")?.id, action, values: fields.values() }));
  const ctx = reading({ platform: "slack", openLink, dispatch });
  const body = blocks(view.blocks, { ...ctx, input: (block) => fields.block(block, ctx) });
  const closeWords = plain(view.close) || (view.submit ? "Cancel" : "Close");
  return h("form", { novalidate: true, on: { submit: (event) => submit(event, view) } },
    h("header", {}, h("h2", { id: "modal-title" }, plain(view.title)),
      h("button", { type: "button", class: "quiet", "aria-label": `${closeWords} this form`, on: { click: () => cancel(view) } }, icon("close"))),
    h("div", { class: "modal-body" }, body),
    h("footer", {},
      h("span", { class: "about" }, `as ${me()?.name ?? ""}`),
      h("button", { type: "button", class: "button", "data-testid": "modal-close", on: { click: () => cancel(view) } }, closeWords),
      (view.submit || form.inputs.size > 0) && h("button", { class: "button primary", "data-testid": "submit" }, plain(view.submit) || "Submit")));
}

function open() {
  frame = openFrame({ kind: "modal", title: "modal-title", platform: "slack", leave: () => void leave() });
}

function shut() {
  frame.shut();
  frame = null;
  sign = null;
  viewId = null;
  drafts.clear();
}

function draw() {
  const view = topView("modal");
  if (!view) {
    if (frame) shut();
    return;
  }
  const fresh = JSON.stringify([store.me, view.id, view.title, view.submit, view.close, view.blocks]);
  if (fresh === sign) return;
  if (viewId) drafts.set(viewId, form.draft());
  const focused = view.id === viewId ? document.activeElement?.id : null;
  if (!frame) open();
  sign = fresh;
  viewId = view.id;
  const known = drafts.get(view.id);
  frame.dialog.replaceChildren(build(view));
  if (!known) untouched = JSON.stringify([...form.draft()]);
  const target = (focused && frame.dialog.querySelector(`#${CSS.escape(focused)}`)) || frame.dialog.querySelector(".modal-body :is(input,select,textarea)");
  (target ?? frame.dialog.querySelector("footer .button:last-child"))?.focus();
}

/** Shows the person's top form from now on. */
export function startModal() {
  onChange(draw);
}

/** The dialog the bot opened for the person in Teams: an Adaptive Card over the page, sent by one of its buttons or closed. */

import { act } from "../api.js";
import { askFirst } from "../dialog.js";
import { h, icon } from "../dom.js";
import { openLink } from "../links.js";
import { refresh } from "../live.js";
import { me, meOn, onChange, reading, store, topView } from "../store.js";
import { attempt, toast } from "../toast.js";
import { actionId } from "./actions.js";
import { card } from "./card.js";

let dialog = null;
let sign = null;
let before = null;
let content = null;
/** What the dialog held before anybody touched it. */
let untouched = "";
let asking = false;

const current = () => topView("modal", "teams");

async function submit(view, spec, values) {
  const data = spec.data && typeof spec.data === "object" ? spec.data : {};
  const action = { action_id: actionId(spec), value: data.value };
  let answer = null;
  try {
    answer = await act("submit", { user: meOn("teams")?.id, view_id: view.id, values, action });
    if (typeof answer.message === "string" && answer.message) toast(answer.message, "notice");
  } catch (error) {
    toast(error.message);
  }
  await refresh();
  return answer;
}

async function cancel(view) {
  await attempt(() => act("close", { user: meOn("teams")?.id, view_id: view.id }));
  await refresh();
}

/** Escape closes an untouched dialog at once; what somebody has begun to write is asked about first. */
async function leave(view) {
  if (asking) return;
  if (JSON.stringify(content?.inputs.values()) !== untouched) {
    asking = true;
    const yes = await askFirst({
      title: "Throw this form away?", body: "What you entered in it is lost.", yes: "Throw it away", no: "Keep writing", danger: true,
    });
    asking = false;
    if (!yes) return;
  }
  await cancel(view);
}

/** The first button that sends what was put in is the one that tests press. */
function sends(spec, list) {
  return list.find((one) => one.type === "Action.Submit" || one.type === "Action.Execute") === spec;
}

function build(view) {
  const spec = view.card ?? {};
  const actions = Array.isArray(spec.actions) ? spec.actions : [];
  const ctx = reading({
    platform: "teams", openLink, where: `task ${view.id}`, dispatch: (action, values) => submit(view, action, values),
    testId: (action) => (sends(action, actions) ? "submit" : null),
  });
  content = card(spec, ctx);
  return h("div", { class: "task-frame" },
    h("header", {}, h("img", { class: "avatar small", src: "icon.svg", alt: "" }), h("h2", { id: "task-title" }, view.title ?? "Vigie"),
      h("button", { type: "button", class: "quiet", "aria-label": "Close this dialog", "data-testid": "modal-close", on: { click: () => cancel(view) } }, icon("close"))),
    h("div", { class: "modal-body" }, content),
    h("footer", {}, h("span", { class: "about" }, `as ${me()?.name ?? ""}`)));
}

function open() {
  before = document.activeElement;
  const onCancel = (event) => {
    // The workspace decides when a dialog is gone; the browser must not hide it by itself.
    event.preventDefault();
    const view = current();
    if (view) void leave(view);
  };
  dialog = h("dialog", {
    class: "dialog modal task", "data-testid": "modal", "data-platform": "teams", "aria-labelledby": "task-title",
    on: { cancel: onCancel, keydown: (event) => { if (event.key === "Escape") onCancel(event); } },
  });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  dialog.close();
  dialog.remove();
  dialog = null;
  sign = null;
  content = null;
  before?.focus?.({ preventScroll: true });
}

function draw() {
  const view = current();
  if (!view) {
    if (dialog) shut();
    return;
  }
  const fresh = JSON.stringify([store.me, view.id, view.title, view.card]);
  if (fresh === sign) return;
  if (!dialog) open();
  sign = fresh;
  dialog.replaceChildren(build(view));
  untouched = JSON.stringify(content.inputs.values());
  (dialog.querySelector(".modal-body :is(input,select,textarea)") ?? dialog.querySelector("[data-testid=submit],[data-testid=modal-close]"))?.focus();
}

/** Shows the person's dialog from now on. */
export function startTask() {
  onChange(draw);
}

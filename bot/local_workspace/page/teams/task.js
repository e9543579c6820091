/** The dialog the bot opened for the person in Teams: an Adaptive Card over the page, sent by one of its buttons or closed. */

import { act } from "../api.js";
import { h, icon } from "../dom.js";
import { mayLeave, openFrame } from "../frame.js";
import { openLink } from "../links.js";
import { refresh } from "../live.js";
import { me, meOn, onChange, reading, store, topView } from "../store.js";
import { attempt, toast } from "../toast.js";
import { actionId } from "./actions.js";
import { card } from "./card.js";

let frame = null;
let sign = null;
let content = null;
/** What the dialog held before anybody touched it. */
let untouched = "";

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

async function leave() {
  const view = current();
  if (view && await mayLeave(JSON.stringify(content?.inputs.values()) === untouched)) await cancel(view);
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
  frame = openFrame({ kind: "modal task", title: "task-title", platform: "teams", leave: () => void leave() });
}

function shut() {
  frame.shut();
  frame = null;
  sign = null;
  content = null;
}

function draw() {
  const view = current();
  if (!view) {
    if (frame) shut();
    return;
  }
  const fresh = JSON.stringify([store.me, view.id, view.title, view.card]);
  if (fresh === sign) return;
  if (!frame) open();
  sign = fresh;
  frame.dialog.replaceChildren(build(view));
  untouched = JSON.stringify(content.inputs.values());
  (frame.dialog.querySelector(".modal-body :is(input,select,textarea)") ?? frame.dialog.querySelector("[data-testid=submit],[data-testid=modal-close]"))?.focus();
}

/** Shows the person's dialog from now on. */
export function startTask() {
  onChange(draw);
}

/** Who one is, what time it is here, and the one control that moves time forward. */

import { act } from "./api.js";
import { askFirst } from "./dialog.js";
import { h, icon } from "./dom.js";
import { become, refresh } from "./live.js";
import { forgetMarks } from "./marks.js";
import { avatar, platformWords, roleWord } from "./people.js";
import { me, now, onChange, peopleOf, platformsOf, reading, store, update } from "./store.js";
import { toast } from "./toast.js";
import { clockTime, inWordsOf, zoneName } from "./time.js";

const STEPS = [[5, "5 min"], [15, "15 min"], [60, "1 h"], [360, "6 h"], [1440, "1 day"]];

const picker = h("select", { class: "picker", "aria-label": "Who you are", "data-testid": "person-picker", on: { change: () => become(picker.value) } });
const face = h("span", { class: "face" });
const title = h("span", { class: "title" });
const local = h("time", { class: "now", "data-testid": "now" });
const utc = h("span", { class: "now-utc" });
const status = h("span", { class: "moving", role: "status", "data-testid": "moving" });
const minutes = h("input", { class: "input minutes", type: "number", min: "1", step: "1", max: "525600", placeholder: "min", "aria-label": "Minutes to move", "data-testid": "advance-free" });
const go = h("button", { class: "step", "aria-label": "Move time by that many minutes", "data-testid": "advance-go" }, icon("forward"));
const steps = STEPS.map(([amount, label]) => h("button", {
  type: "button", class: "step", "aria-label": `Move time forward by ${label}`, "data-testid": `advance-${amount}`, on: { click: () => advance(amount) },
}, `+${label}`));
const reset = h("button", { type: "button", class: "quiet-button", "data-testid": "reset", title: "Start the workspace over", on: { click: startOver } }, "Reset");

async function advance(amount) {
  if (store.moving) return;
  update({ moving: true });
  try {
    await act("advance", { minutes: amount });
  } catch (error) {
    toast(`Time moved, but not everything was done. ${error.message}`);
  }
  await refresh();
  update({ moving: false });
}

function advanceFree(event) {
  event.preventDefault();
  const amount = Number(minutes.value);
  if (!Number.isFinite(amount) || amount <= 0) {
    toast("Type how many minutes to move forward, for example 30.");
    return;
  }
  minutes.value = "";
  void advance(amount);
}

async function startOver() {
  const yes = await askFirst({
    title: "Start over?", body: "Every message, every ticket and all that was set up in this local workspace is deleted, and time goes back to the present.",
    yes: "Reset everything", no: "Cancel", danger: true,
  });
  if (!yes) return;
  try {
    await act("reset", {});
    forgetMarks();
    update({ thread: null, editing: null });
  } catch (error) {
    toast(error.message);
  }
  await refresh();
}

function drawPicker(person) {
  const people = peopleOf(store.state);
  const several = platformsOf(store.state).length > 1;
  const sign = JSON.stringify(people.map((user) => [user.id, user.name, Object.keys(user.accounts)]));
  if (picker.sign !== sign) {
    const where = (user) => (several ? ` · ${platformWords(user)}` : "");
    picker.replaceChildren(...people.map((user) => h("option", { value: user.id }, `${user.name} · ${roleWord(user)}${where(user)}`)));
    picker.sign = sign;
  }
  if (picker.value !== store.me) picker.value = store.me;
  if (face.dataset.id !== store.me) {
    face.dataset.id = store.me;
    face.replaceChildren(avatar(store.me, reading()));
  }
  title.textContent = person.title ?? "";
}

function drawNow() {
  const person = me();
  if (!person) return;
  const at = now();
  const day = inWordsOf(person, at, { weekday: "short", day: "numeric", month: "short" });
  const text = `${day}, ${clockTime(at, person)} ${zoneName(at, person)}`;
  if (local.textContent !== text) local.textContent = text;
  local.dateTime = at.toISOString();
  const base = `${at.toISOString().slice(11, 16)} UTC`;
  if (utc.textContent !== base) utc.textContent = base;
}

function draw() {
  const person = me();
  if (!person) return;
  drawPicker(person);
  drawNow();
  for (const button of [...steps, go, reset]) button.disabled = store.moving;
  document.body.classList.toggle("is-moving", store.moving);
  status.textContent = store.moving ? "moving…" : "";
}

/** Draws the top bar from now on; the time shown goes on by itself. */
export function startTopbar() {
  const menu = h("button", {
    type: "button", class: "quiet menu-button", "aria-label": "Channels", on: { click: () => document.body.classList.toggle("menu-open") },
  }, icon("menu"));
  document.getElementById("topbar").append(
    menu,
    h("div", { class: "brand" }, h("img", { src: "icon.svg", alt: "" }), h("span", {}, "Vigie")),
    h("a", { class: "quiet-button", href: "/" }, "Desk"),
    h("label", { class: "who" }, face, h("span", { class: "who-words" }, picker, title)),
    h("div", { class: "time", role: "group", "aria-label": "Time in this workspace" },
      h("div", { class: "now-words" }, local, h("span", { class: "now-second" }, utc, status)),
      h("form", { class: "steps", on: { submit: advanceFree } }, steps, h("span", { class: "free" }, minutes, go))),
    reset);
  onChange(draw);
  setInterval(drawNow, 1000);
}

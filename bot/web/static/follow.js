/** Follows what changes, as the server tells it; what is shown is then taken anew. */

import { setNow, count } from "./count.js";
import { swap } from "./swap.js";

const TOGETHER = 400; // everybody is told at once, and need not ask at once
const PRESS = 1000; // how long what somebody presses stays at most
const SOON = 2000, LATE = 60_000; // between two tries to follow, where the server refuses
const main = document.getElementById("main");
const link = document.querySelector("[data-live]");
let source = null;
let waiting = null;
let renewing = false;
let opening = null;
let pause = SOON;
let pressed = -Infinity;

function say(state) {
  if (!link || link.textContent === link.dataset[state]) return;
  link.textContent = link.dataset[state];
  link.classList.toggle("is-lost", state === "lost");
}

function concerns(numbers) {
  const own = main.dataset.number;
  return !own || !numbers.length || numbers.includes(Number(own));
}

/** One after the other: were each to begin before the one before is shown, none might ever be. What somebody is just
 * pressing stays until they have. */
async function renew() {
  waiting = null;
  if (renewing || Date.now() - pressed < PRESS) return soon();
  renewing = true;
  const typing = document.activeElement?.closest("input, select, textarea");
  try {
    await swap(location.href, { parts: Boolean(typing && main.contains(typing)) });
    if (source?.readyState === EventSource.OPEN) say("live");
  } catch {
    say("lost");
    if (source?.readyState === EventSource.OPEN) waiting ??= setTimeout(renew, SOON);
  }
  renewing = false;
}

function soon() {
  waiting ??= setTimeout(renew, Math.random() * TOGETHER);
}

/** A browser tries again by itself where the connection breaks, and never where it is refused: while the program is
 * exchanged, or too many follow. */
function lost() {
  say("lost");
  if (source?.readyState !== EventSource.CLOSED) return;
  close();
  opening = setTimeout(open, pause * (1 + Math.random()));
  pause = Math.min(pause * 2, LATE);
}

function close() {
  clearTimeout(opening);
  source?.close();
  source = opening = null;
}

function open() {
  close();
  source = new EventSource("/live");
  source.addEventListener("open", () => { pause = SOON; say("live"); });
  source.addEventListener("error", lost);
  source.addEventListener("changed", (event) => {
    const { numbers, now } = JSON.parse(event.data);
    setNow(now);
    count();
    if (concerns(numbers)) soon();
  });
}

/** A page that nobody sees asks for nothing; once it is seen again it is taken anew. */
function seen() {
  if (document.hidden) close();
  else if (!source) {
    open();
    soon();
  }
}

/** Follows the server from now on, where the page shows something that changes. */
export function startFollowing() {
  if (!main.hasAttribute("data-follow")) return;
  open();
  document.addEventListener("visibilitychange", seen);
  document.addEventListener("pointerdown", () => { pressed = Date.now(); });
  for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, () => { pressed = -Infinity; });
}

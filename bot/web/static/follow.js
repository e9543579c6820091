/** Follows what changes, as the server tells it; what is shown is then taken anew. */

import { setNow, count } from "./count.js";
import { swap } from "./swap.js";

const TOGETHER = 400; // everybody is told at once, and need not ask at once
const main = document.getElementById("main");
const link = document.querySelector("[data-live]");
let source = null;
let waiting = null;

function say(state) {
  if (!link) return;
  link.textContent = link.dataset[state];
  link.classList.toggle("is-lost", state === "lost");
}

function concerns(numbers) {
  const own = main.dataset.number;
  return !own || !numbers.length || numbers.includes(Number(own));
}

async function renew() {
  waiting = null;
  const typing = document.activeElement?.closest("input, select, textarea");
  try {
    await swap(location.href, typing && main.contains(typing) ? "#list" : undefined);
  } catch {
    say("lost");
  }
}

function soon() {
  waiting ??= setTimeout(renew, Math.random() * TOGETHER);
}

function open() {
  if (source) return;
  source = new EventSource("/live");
  source.addEventListener("open", () => say("live"));
  source.addEventListener("error", () => say("lost"));
  source.addEventListener("changed", (event) => {
    const { numbers, now } = JSON.parse(event.data);
    setNow(now);
    count();
    if (concerns(numbers)) soon();
  });
}

/** A page that nobody sees asks for nothing; once it is seen again it is taken anew. */
function seen() {
  if (document.hidden) {
    source?.close();
    source = null;
  } else if (!source) {
    open();
    soon();
  }
}

/** Follows the server from now on, where the page shows something that changes. */
export function startFollowing() {
  if (!main.hasAttribute("data-follow")) return;
  open();
  document.addEventListener("visibilitychange", seen);
}

/** Keys: Control and K look for something; from one ticket of the list the arrows go to the next; Escape leaves. */

const rows = () => [...document.querySelectorAll(".row .what > a")];
const STEPS = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

function step(from, by) {
  const all = rows();
  all[all.indexOf(from) + by]?.focus();
}

function pressed(event) {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector("input[type=search]")?.focus();
  } else if (event.key === "Escape") {
    document.querySelector("details.me[open]")?.removeAttribute("open");
    event.target.closest?.("input[type=search]")?.blur();
  } else if (event.key in STEPS && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const link = event.target.closest?.(".row .what > a");
    if (!link) return;
    event.preventDefault();
    step(link, STEPS[event.key]);
  }
}

/** Heeds keys from now on. */
export function startKeys() {
  document.addEventListener("keydown", pressed);
}

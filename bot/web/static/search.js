/** The list follows what is typed into its search and its filters. */

import { swap } from "./swap.js";

const PAUSE = 220;
let waiting = null;

function addressOf(form) {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `/?${query}` : "/";
}

async function show(form) {
  const address = addressOf(form);
  history.replaceState(null, "", address);
  try {
    await swap(address, { parts: true });
  } catch {
    form.requestSubmit();
  }
}

function on(event) {
  const form = event.target.closest("[data-search]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(show, event.type === "change" ? 0 : PAUSE, form);
}

/** Looks for what is typed from now on. */
export function startSearch() {
  document.addEventListener("input", on);
  document.addEventListener("change", on);
}

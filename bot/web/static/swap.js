/** Takes the part of a page that changes from the server, and puts it in the place of what is shown. */

import { count } from "./count.js";

const main = document.getElementById("main");
let latest = 0;

function keyOf(element) {
  if (!element || !main.contains(element)) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  if (href) return `a[href="${CSS.escape(href)}"]`;
  return element.name ? `[name="${CSS.escape(element.name)}"]` : null;
}

/** Shows the page at `address`; `only`: that part of it alone. What has the focus keeps it, what is unfolded stays so. */
export async function swap(address, only) {
  const mine = ++latest;
  const answer = await fetch(address, { headers: { "X-Part": "main" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  const text = await answer.text();
  if (mine !== latest) return;
  const made = new DOMParser().parseFromString(text, "text/html");
  const focused = keyOf(document.activeElement);
  const unfolded = [...main.querySelectorAll("details")].map((each) => each.open);
  if (only) {
    const [before, after] = [main.querySelector(only), made.querySelector(only)];
    if (!before || !after) return;
    before.replaceWith(document.adoptNode(after));
  } else {
    main.replaceChildren(...[...made.body.childNodes].map((node) => document.adoptNode(node)));
    main.querySelectorAll("details").forEach((each, place) => { each.open = unfolded[place] ?? each.open; });
  }
  if (focused && document.activeElement === document.body) main.querySelector(focused)?.focus({ preventScroll: true });
  count();
}

/** Takes what changes of a page from the server, and puts it in the place of what is shown. */

import { count } from "./count.js";

const main = document.getElementById("main");
const TOLD_APART_BY = ["href", "name", "value", "formaction", "aria-label"];
let latest = 0;

/** Where an element stands, so that the one in its place is found afterwards: below which named one, and as which of
 * those that are like it. */
function placeOf(element) {
  if (!element || element === main || !main.contains(element)) return null;
  const near = element.id ? element : element.closest("[id]");
  if (near === element) return { near: element.id };
  const like = TOLD_APART_BY.filter((each) => element.hasAttribute(each));
  const selector = element.localName + like.map((each) => `[${each}="${CSS.escape(element.getAttribute(each))}"]`).join("");
  return { near: near.id, selector, nth: [...near.querySelectorAll(selector)].indexOf(element) };
}

function foundAt({ near, selector, nth }) {
  const found = document.getElementById(near);
  return selector ? found?.querySelectorAll(selector)[nth] : found;
}

function placesOf(selector) {
  return [...main.querySelectorAll(selector)].map((each) => [placeOf(each), each]);
}

function replaceParts(made) {
  for (const part of main.querySelectorAll("[data-part]")) {
    const after = made.getElementById(part.id);
    if (after) part.replaceWith(document.adoptNode(after));
  }
}

/** Shows the page at `address`; `parts`: only those parts of it in which nobody types. What has the focus keeps it, what
 * is unfolded stays so, and so does what was scrolled sideways. Where it was asked for once more meanwhile, that one
 * counts. */
export async function swap(address, { parts = false } = {}) {
  const mine = ++latest;
  let text;
  try {
    const answer = await fetch(address, { headers: { "X-Part": "main" }, credentials: "same-origin" });
    if (answer.status === 401) location.reload(); // it leads to where one signs in
    if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    if (mine !== latest) return;
    throw error;
  }
  if (mine !== latest) return;
  const made = new DOMParser().parseFromString(text, "text/html");
  const focused = placeOf(document.activeElement);
  const folds = placesOf("details").map(([place, each]) => [place, each.open]);
  const scrolled = placesOf("[role=region]").map(([place, each]) => [place, each.scrollLeft]);
  if (parts) replaceParts(made);
  else main.replaceChildren(...[...made.body.childNodes].map((node) => document.adoptNode(node)));
  for (const [place, open] of folds) { const fold = foundAt(place); if (fold) fold.open = open; }
  for (const [place, left] of scrolled) { const wide = foundAt(place); if (wide && left) wide.scrollLeft = left; }
  if (focused && document.activeElement === document.body) (foundAt(focused) ?? main).focus({ preventScroll: true });
  count();
}

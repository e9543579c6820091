/** A small menu below a button: arrow keys, Escape and a click elsewhere do what people expect. */

import { h } from "./dom.js";

let open = null;

function close(giveBack) {
  if (!open) return;
  const { menu, button } = open;
  open = null;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (giveBack) button.focus({ preventScroll: true });
}

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const below = box.bottom + 4 + size.height < window.innerHeight;
  menu.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - 4 - size.height)}px`;
  // From its button the menu opens towards the middle of the page.
  const left = box.left < window.innerWidth / 3 ? box.left : box.right - size.width;
  menu.style.left = `${Math.max(8, Math.min(left, window.innerWidth - size.width - 8))}px`;
}

function onKey(event) {
  const rows = [...open.menu.querySelectorAll("button")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to !== undefined && rows.length) {
    rows.at(to % rows.length).focus();
    event.preventDefault();
  } else if (event.key === "Escape") {
    close(true);
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === "Tab" && !open.menu.querySelector("input")) {
    close(true);
  }
}

/**
 * Opens a menu below `button`, or closes it when it is already there.
 * @param {HTMLElement} button
 * @param {Array<{label: any, run: () => void, danger?: boolean, id?: string}>} rows
 * @param {HTMLElement|null} [extra] something shown above the rows, such as a small form
 */
export function toggleMenu(button, rows, extra = null) {
  const same = open?.button === button;
  close(true);
  if (same) return;
  const menu = h("div", { class: "menu", role: extra ? "group" : "menu", on: { keydown: onKey } }, extra,
    rows.map(({ label, run, danger, id }) => h("button", {
      type: "button", role: extra ? null : "menuitem", class: danger ? "danger" : null, "data-testid": id,
      on: { click: () => { close(true); run(); } },
    }, label)));
  // Inside an open dialog only the dialog's own children can be reached.
  (button.closest("dialog") ?? document.body).append(menu);
  button.setAttribute("aria-expanded", "true");
  open = { menu, button };
  place(menu, button);
  menu.querySelector("input,button")?.focus();
}

/** Closes the open menu, if any. */
export function closeMenu() {
  close(true);
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) close(false);
});
window.addEventListener("resize", () => close(false));

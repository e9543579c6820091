/**
 * Elements without a template language: data only ever becomes text nodes and attributes, never markup.
 */

const AS_PROPERTY = new Set(["value", "checked", "disabled", "hidden", "selected", "indeterminate", "open", "readOnly"]);

/**
 * An element with attributes, listeners and children.
 * @param {string} tag
 * @param {Object<string, any>} [props] `on` is a table of listeners, `null`, `undefined` and `false` leave an attribute out.
 * @param {...any} children strings, nodes, nested lists; null, undefined and false are skipped.
 * @returns {any} the element
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (AS_PROPERTY.has(name)) {
      element[name] = value;
    } else if (value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/** Adds children of every kind that `h` accepts. */
export function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
  return parent;
}

/** The children as one fragment. */
export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

const SVG = "http://www.w3.org/2000/svg";
const STROKES = {
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  link: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  reply: "M4 5h16v11H10l-4 4v-4H4z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14c1 1.5 2.2 2 3.5 2s2.5-.5 3.5-2M9 9.5h.01M15 9.5h.01",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  menu: "M4 7h16M4 12h16M4 17h16",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  down: "M12 5v14M6 13l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  people: "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 6a3 3 0 1 1 0 6M17.5 14.5c2.5.5 4 2.5 4 5.5",
  team: "M4 5h11v11H4zM15 9h5v10H9v-3M7.5 8.5h4M9.5 8.5v5",
  forward: "M5 5l7 7-7 7M13 5l7 7-7 7",
};

/** A line drawing by name; decoration only, so the button around it carries the accessible name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", STROKES[name]);
  svg.append(path);
  return svg;
}

/**
 * Makes `parent` show `items` in order, rebuilding only what changed, so that focus, hover and open menus survive.
 * @param {Element} parent
 * @param {Array<{key: string, sign: string, build: () => Element}>} items
 */
export function syncList(parent, items) {
  const old = new Map([...parent.children].map((row) => [row.dataset.key, row]));
  let place = parent.firstElementChild;
  for (const { key, sign, build } of items) {
    let row = old.get(key);
    old.delete(key);
    if (row && row.sign !== sign) {
      const fresh = build();
      fresh.sign = sign;
      fresh.dataset.key = key;
      const back = focusMark(row);
      if (row === place) place = fresh;
      row.replaceWith(fresh);
      if (back) back(fresh);
      row = fresh;
    } else if (!row) {
      row = build();
      row.sign = sign;
      row.dataset.key = key;
    }
    if (row === place) place = place.nextElementSibling;
    else parent.insertBefore(row, place);
  }
  for (const row of old.values()) row.remove();
}

/** How to give the focus back to the same control of a row that is drawn anew; null when it was elsewhere. */
function focusMark(row) {
  const active = document.activeElement;
  if (!active || !row.contains(active)) return null;
  const where = active.dataset.focus ?? active.dataset.actionId;
  return (fresh) => {
    const match = where && [...fresh.querySelectorAll("[data-focus],[data-action-id]")]
      .find((one) => one.dataset.focus === where || one.dataset.actionId === where);
    (match ?? fresh).focus({ preventScroll: true });
  };
}

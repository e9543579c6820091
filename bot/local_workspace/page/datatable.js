/** The `data_table` block: sorted, filtered and paged by whoever reads it, as Slack's own client does. */

import { h } from "./dom.js";
import { richText } from "./richtext.js";

const WORDS = {
  en: { filter: "Filter", earlier: "Previous", later: "Next", none: "No row matches.", of: (from, to, all) => `${from}–${to} of ${all}` },
  fr: { filter: "Filtrer", earlier: "Précédent", later: "Suivant", none: "Aucune ligne ne correspond.", of: (from, to, all) => `${from}–${to} sur ${all}` },
};

/** How somebody left each table stays as it was when its message is drawn again: by message and place. */
const kept = new Map();

/** A data_table block as one element. */
export function dataTable(block, ctx) {
  const [header, ...rows] = block.rows ?? [];
  const state = stateOf(`${ctx.where ?? ""} ${block.block_id ?? block.caption}`);
  const words = WORDS[String(ctx.me?.locale ?? "en").slice(0, 2)] ?? WORDS.en;
  const size = block.page_size ?? 5;
  const node = h("div", { class: "b-table" });
  const filter = h("input", { type: "search", class: "input", "aria-label": words.filter, placeholder: words.filter, value: state.filter });
  const scroll = h("div", { class: "b-table-scroll" });
  const foot = h("div", { class: "b-table-foot" });
  filter.addEventListener("input", () => { Object.assign(state, { filter: filter.value, page: 0 }); draw(); });
  if (rows.length > 1) node.append(h("div", { class: "b-table-head" }, filter));
  node.append(scroll, foot);

  function draw() {
    const wanted = state.filter.trim().toLowerCase();
    const found = ordered(rows, state).filter((row) => !wanted || row.some((cell) => textOf(cell).toLowerCase().includes(wanted)));
    const pages = Math.max(1, Math.ceil(found.length / size));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * size;
    const seen = found.slice(from, from + size);
    const named = block.row_header_column_index ?? 0;
    scroll.replaceChildren(h("table", { "aria-label": block.caption },
      h("thead", {}, h("tr", {}, (header ?? []).map((cell, column) => heading(cell, column)))),
      h("tbody", {}, seen.map((row) => h("tr", {}, row.map((cell, column) => (column === named
        ? h("th", { scope: "row" }, content(cell, ctx))
        : h("td", { class: cell.type === "raw_number" ? "number" : null }, content(cell, ctx)))))))));
    if (!found.length) scroll.append(h("p", { class: "b-table-none" }, words.none));
    foot.hidden = pages < 2;
    foot.replaceChildren(
      h("span", {}, words.of(found.length ? from + 1 : 0, from + seen.length, found.length)),
      turn(words.earlier, state.page > 0, -1), turn(words.later, state.page < pages - 1, 1));
  }

  function heading(cell, column) {
    const by = state.column === column ? (state.down ? "descending" : "ascending") : "none";
    return h("th", { scope: "col", "aria-sort": by }, h("button", { type: "button", on: { click: () => {
      if (by === "descending") state.column = null;
      else Object.assign(state, { column, down: by === "ascending" });
      state.page = 0;
      draw();
    } } }, textOf(cell)));
  }

  function turn(label, possible, step) {
    return h("button", { type: "button", class: "button", disabled: !possible, on: { click: () => { state.page += step; draw(); } } }, label);
  }

  draw();
  return node;
}

function stateOf(key) {
  if (!kept.has(key)) kept.set(key, { filter: "", page: 0, column: null, down: false });
  return kept.get(key);
}

/** In the order that somebody chose; as sent until they do. By number where all cells of a column are numbers. */
function ordered(rows, { column, down }) {
  if (column === null) return rows;
  const numeric = rows.every((row) => row[column]?.type === "raw_number");
  const sorted = [...rows].sort((one, other) => (numeric
    ? one[column].value - other[column].value
    : textOf(one[column]).localeCompare(textOf(other[column]))));
  return down ? sorted.reverse() : sorted;
}

function content(cell, ctx) {
  return cell.type === "rich_text" ? richText(cell, ctx) : textOf(cell);
}

function textOf(cell) {
  if (!cell) return "";
  if (cell.type !== "rich_text") return cell.text ?? "";
  return (cell.elements ?? []).flatMap((part) => part.elements ?? []).map((one) => one.text ?? one.fallback ?? "").join("");
}

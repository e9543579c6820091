/** Bars, as a `data_visualization` block or a chart of an Adaptive Card has them: drawn as a table whose cells have bars. */

import { h } from "./dom.js";

/** A chart as one element. `series`: a name and a value for each category. */
export function bars(title, categories, series, axes = "") {
  const most = Math.max(1, ...series.flatMap((one) => one.values.map((value) => Math.abs(value))));
  const bar = (value, place) => h("td", {}, h("meter", { class: `chart-bar chart-bar-${place % 4}`, min: "0", max: String(most), value: String(Math.max(0, value)) }), h("span", {}, String(value)));
  return h("figure", { class: "b-chart" },
    h("figcaption", {}, title, axes && h("small", {}, ` ${axes}`)),
    h("div", { class: "b-chart-scroll" }, h("table", { "aria-label": title },
      h("thead", {}, h("tr", {}, h("td", {}), series.map((one) => h("th", { scope: "col" }, one.name)))),
      h("tbody", {}, categories.map((name, index) => h("tr", {}, h("th", { scope: "row" }, name),
        series.map((one, place) => bar(Number(one.values[index] ?? 0), place))))))));
}

/** A data_visualization block as one element. */
export function chart(block) {
  const { type, segments, series, axis_config: axes } = block.chart ?? {};
  if (type === "pie") {
    const parts = segments ?? [];
    return bars(block.title, parts.map((one) => one.label), [{ name: "", values: parts.map((one) => one.value) }]);
  }
  const named = [axes?.y_label, axes?.x_label].filter(Boolean).join(" / ");
  return bars(block.title, axes?.categories ?? [],
    (series ?? []).map((one) => ({ name: one.name, values: one.data.map((point) => point.value) })), named);
}

/** A grouped bar chart of an Adaptive Card. */
export function groupedBars(spec) {
  const data = Array.isArray(spec.data) ? spec.data : [];
  const categories = (data[0]?.values ?? []).map((one) => String(one.x));
  const named = [spec.yAxisTitle, spec.xAxisTitle].filter(Boolean).join(" / ");
  return bars(String(spec.title ?? ""), categories,
    data.map((one) => ({ name: String(one.legend ?? ""), values: (one.values ?? []).map((point) => point.y) })), named);
}

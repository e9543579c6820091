/**
 * Our own small drawings of the emoji Vigie speaks with, for machines that have no emoji font.
 * Each is a list of paths in a 24 by 24 square: `[d, fill]`, or `[d, "none", stroke, width]`.
 */

const DISC = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z";
const TILE = "M6 2h12a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H6a4 4 0 0 1-4-4V6a4 4 0 0 1 4-4z";
const disc = (color) => [[DISC, color]];
const square = (color) => [[TILE, color]];
const onTile = (color, d) => [[TILE, color], [d, "none", "#fff", 2.6]];
const UP = "M12 18V6M7 11l5-5 5 5";
const DOWN = "M12 6v12M7 13l5 5 5-5";
const RIGHT = "M6 12h12M13 7l5 5-5 5";
const LEFT = "M18 12H6M11 7l-5 5 5 5";
const BELL = "M12 2a2 2 0 0 1 2 2c3 1 5 3.5 5 7v4l2 3H3l2-3v-4c0-3.5 2-6 5-7a2 2 0 0 1 2-2zM9.5 19h5a2.5 2.5 0 0 1-5 0z";
const GLASS = "M6 2h12v3c0 3-2 5-4 7 2 2 4 4 4 7v3H6v-3c0-3 2-5 4-7-2-2-4-4-4-7z";
const PAGE = [["M5 2h11l4 4v16H5z", "#e8edf0"], ["M8 9h9M8 13h9M8 17h5", "none", "#7b8a94", 1.6]];
const CLOCK = [["M12 3a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "#d9553f"], ["M12 6a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "#fff"], ["M12 8.5V13l3 2", "none", "#333", 1.8]];
const BUBBLE = [["M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-9l-5 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z", "#9fc2cf"]];
const THUMB = "M9 10l3-8c2 0 3 1.5 2.5 3.5L14 9h6c1.5 0 2.3 1.3 2 2.7l-1.5 7c-.3 1.3-1.2 2.3-2.7 2.3H9zM2 10h5v11H2z";

const WRENCH = "M15.5 2.5a6 6 0 0 0-5.6 8.1L2.6 17.9a2.5 2.5 0 0 0 3.5 3.5l7.3-7.3A6 6 0 0 0 21.5 8.5l-.3-2-3.7 3.6-3-.6-.6-3 3.6-3.7z";
const TOOL = [[WRENCH, "#7b8a94"]];

/** A round face with its eyes and mouth as lines. */
const face = (lines, colour = "#f4c430") => [[DISC, colour], [lines, "none", "#39332a", 1.8]];

const ART = {
  heart: [["M12 21C5 15.5 2 12 2 8.2A5 5 0 0 1 12 6.6a5 5 0 0 1 10 1.6c0 3.8-3 7.3-10 12.8z", "#dd2e2e"]],
  laughing: face("M7 9l3 1-3 1M17 9l-3 1 3 1M7.5 14h9c-1 3-2.5 4-4.5 4s-3.5-1-4.5-4z"), open_mouth: face("M8.5 9.5v.1M15.5 9.5v.1M12 14a2 2.2 0 1 0 0 4 2 2.2 0 0 0 0-4z"),
  slightly_frowning_face: face("M8.5 9.5v.1M15.5 9.5v.1M8 17c1-1.6 2.4-2.2 4-2.2s3 .6 4 2.2"), angry: face("M7 8l3 1.5M17 8l-3 1.5M8 17c1-1.6 2.4-2.2 4-2.2s3 .6 4 2.2", "#ee6a2c"),
  rocket: [["M12 1c4 3 5 8 4 14H8C7 9 8 4 12 1z", "#dfe5e7", "#7b8a94", 1.2], ["M8 10l-4 6 4-1zM16 10l4 6-4-1z", "#dd2e2e"], ["M10 16h4l-2 6z", "#f0862b"], ["M12 7v.1", "none", "#3b82c4", 3.4]],
  wrench: TOOL, hammer_and_wrench: [["M3 6l4-4 5 3-2 2 11 11-3 3L7 10l-2 2z", "#a9793f"], ...TOOL],
  red_circle: disc("#dd2e2e"), large_red_circle: disc("#dd2e2e"), large_orange_circle: disc("#f0862b"), orange_circle: disc("#f0862b"),
  large_yellow_circle: disc("#f4c430"), yellow_circle: disc("#f4c430"), large_green_circle: disc("#3fa45b"), green_circle: disc("#3fa45b"),
  large_blue_circle: disc("#3b82c4"), blue_circle: disc("#3b82c4"), large_purple_circle: disc("#8a5bb5"), white_circle: disc("#dfe5e7"), black_circle: disc("#39434a"),
  large_red_square: square("#dd2e2e"), red_square: square("#dd2e2e"), large_orange_square: square("#f0862b"), large_yellow_square: square("#f4c430"),
  large_green_square: square("#3fa45b"), large_blue_square: square("#3b82c4"),
  white_check_mark: onTile("#3fa45b", "M6.5 12.5l4 4 7.5-9"), heavy_check_mark: [["M4 13l5 5L20 6", "none", "#3fa45b", 3.4]],
  x: [["M5 5l14 14M19 5 5 19", "none", "#dd2e2e", 3.6]],
  arrow_up: onTile("#3b82c4", UP), arrow_down: onTile("#3b82c4", DOWN), arrow_right: onTile("#3b82c4", RIGHT), arrow_left: onTile("#3b82c4", LEFT),
  arrow_up_small: onTile("#3b82c4", "M7 14l5-5 5 5"), arrow_down_small: onTile("#3b82c4", "M7 10l5 5 5-5"), arrow_double_up: onTile("#3b82c4", "M7 12l5-5 5 5M7 18l5-5 5 5"),
  black_square_for_stop: [[TILE, "#3b82c4"], ["M8 8h8v8H8z", "#fff"]],
  pause: onTile("#3b82c4", "M9 7v10M15 7v10"), pause_button: onTile("#3b82c4", "M9 7v10M15 7v10"), double_vertical_bar: onTile("#3b82c4", "M9 7v10M15 7v10"), arrow_forward: [[TILE, "#3b82c4"], ["M9 6.5v11l9-5.5z", "#fff"]],
  arrows_counterclockwise: onTile("#3b82c4", "M17.5 10a6 6 0 0 0-11-1.5M6.5 14a6 6 0 0 0 11 1.5M6.5 5v3.5H10M17.5 19v-3.5H14"),
  leftwards_arrow_with_hook: onTile("#3b82c4", "M10 6 6 10l4 4M6 10h8a4 4 0 0 1 0 8h-2"), information_source: onTile("#3b82c4", "M12 11v6M12 7v.1"),
  new: [[TILE, "#3b82c4"], ["M12 5l2 4.6 5 .5-3.8 3.3 1.2 5L12 15.7 7.6 18.4l1.2-5L5 10.1l5-.5z", "#fff"]],
  eyes: [["M7 5c3 0 4.5 3 4.5 7S10 19 7 19s-4.5-3-4.5-7S4 5 7 5zM17 5c3 0 4.5 3 4.5 7S20 19 17 19s-4.5-3-4.5-7S14 5 17 5z", "#f4f6f6", "#7b8a94", 1.2],
    ["M5.5 9.5c1.4 0 2.2 1.3 2.2 3s-.8 3-2.2 3-2.2-1.3-2.2-3 .8-3 2.2-3zM15.5 9.5c1.4 0 2.2 1.3 2.2 3s-.8 3-2.2 3-2.2-1.3-2.2-3 .8-3 2.2-3z", "#2a3338"]],
  rotating_light: [["M6 18v-5a6 6 0 0 1 12 0v5z", "#e5392f"], ["M9 16v-3a3 3 0 0 1 3-3", "none", "#ffb3a8", 1.8], ["M3.5 18h17v4h-17z", "#5b6770"], ["M12 1.5v2.5M4 5l2 2M20 5l-2 2", "none", "#f4a02b", 2]],
  warning: [["M12 2.5 23 21.5H1z", "#f4c430"], ["M12 9v6M12 18.4v.1", "none", "#39332a", 2.4]],
  fire: [["M12 1c1 4 6 6.5 6 13a6.5 6.5 0 0 1-12.5 1C4.5 11 7 9 8 6c1 1 1.5 2 1.5 3.5C11 8 12.5 5 12 1z", "#ee6a2c"], ["M12 12c1.5 2 3 3 3 5.5a3 3 0 0 1-6 0c0-2 2-3 3-5.5z", "#f9c846"]],
  hourglass: [[GLASS, "#c9dde4", "#8a6a3a", 1.6], ["M8 19.5c1-3 3-4 4-4s3 1 4 4z", "#e2a33c"]],
  hourglass_flowing_sand: [[GLASS, "#c9dde4", "#8a6a3a", 1.6], ["M8.5 5.5h7c-.5 2-2 4-3.5 5.5-1.5-1.5-3-3.5-3.5-5.5zM9 20l3-3 3 3zM11.5 11h1v6h-1z", "#e2a33c"]],
  alarm_clock: CLOCK, stopwatch: CLOCK, timer_clock: CLOCK, clock3: CLOCK, watch: CLOCK,
  bell: [[BELL, "#e9ae2b"]], no_bell: [[BELL, "#9aa5a8"], ["M4 3l16 18", "none", "#dd2e2e", 2.4]],
  ticket: [["M2 6h20v4a2 2 0 0 0 0 4v4H2v-4a2 2 0 0 0 0-4z", "#e9ae2b"], ["M9 6.5v11", "none", "#fff", 1.4, "2 2"]],
  memo: [...PAGE, ["M20.5 9.5l2 2-7 7-3 1 1-3z", "#e9ae2b"]], pencil: [...PAGE, ["M20.5 9.5l2 2-7 7-3 1 1-3z", "#e9ae2b"]],
  page_facing_up: PAGE, clipboard: PAGE, speech_balloon: BUBBLE, left_speech_bubble: BUBBLE,
  no_entry: [[DISC, "#dd2e2e"], ["M6.5 12h11", "none", "#fff", 3.2]], no_entry_sign: [["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12", "none", "#dd2e2e", 3]],
  octagonal_sign: [["M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z", "#dd2e2e"]], question: [["M8 8.5a4 4 0 1 1 5.5 3.7c-1 .5-1.5 1-1.5 2.3M12 19v.1", "none", "#dd2e2e", 3]],
  exclamation: [["M12 3v11M12 20v.1", "none", "#dd2e2e", 3.6]], "+1": [[THUMB, "#eebb4a"]], thumbsup: [[THUMB, "#eebb4a"]],
  tada: [["M3 21l5-12 7 7z", "#e9ae2b"], ["M13 9c0-3 2-5 5-4M16 12c2-1 4-1 5 1M12 4v.1M20 8v.1M18 17v.1", "none", "#d9553f", 2]],
  mag: [["M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12z", "#cfe4ec", "#5b6770", 2], ["M15 15l6 6", "none", "#5b6770", 3]],
  lock: [["M8 11V8a4 4 0 0 1 8 0v3", "none", "#7b8a94", 2.4], ["M5 11h14v10H5z", "#e9ae2b"]], link: [["M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17", "none", "#7b8a94", 2.2]],
  bulb: [["M12 2a7 7 0 0 1 4 12.7V17H8v-2.3A7 7 0 0 1 12 2z", "#f4c430"], ["M9 20h6", "none", "#7b8a94", 2.4]],
  calendar: [["M3 4h18v17H3z", "#f4f6f6", "#7b8a94", 1.2], ["M3 4h18v5H3z", "#dd2e2e"]], date: [["M3 4h18v17H3z", "#f4f6f6", "#7b8a94", 1.2], ["M3 4h18v5H3z", "#dd2e2e"]],
  telephone_receiver: [["M6 2l4 5-2 3c1 2.5 3.5 5 6 6l3-2 5 4-3 4C10 23 1 13 2 5z", "#39434a"]],
  bust_in_silhouette: [["M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM3 22c0-5 4-8 9-8s9 3 9 8z", "#5b7886"]],
  busts_in_silhouette: [["M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM0 21c0-4.5 3.5-7 8-7s8 2.5 8 7z", "#5b7886"], ["M17 6a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM18 21c0-2.5-.8-4.6-2.2-6.2C20 13.8 24 16 24 21z", "#8aa3ae"]],
};

const SVG = "http://www.w3.org/2000/svg";

/** A drawing by short name as an SVG element, or null when we have none. */
export function drawnEmoji(name) {
  if (!Object.hasOwn(ART, name)) return null;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "drawn");
  for (const [d, fill, stroke, width, dashes] of ART[name]) {
    const path = document.createElementNS(SVG, "path");
    const looks = { d, fill, stroke, "stroke-width": width, "stroke-dasharray": dashes, "stroke-linecap": "round", "stroke-linejoin": "round" };
    for (const [key, value] of Object.entries(looks)) if (value) path.setAttribute(key, String(value));
    svg.append(path);
  }
  return svg;
}

/** Counts down to deadlines, by the desk's time rather than this machine's. */

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const SECONDS_SHOWN = 300;
const NEAR = 900;
const NO_BREAK = "\u00a0";
const { units, dueIn, lateBy } = document.body.dataset;
const [day, hour, minute, second] = (units ?? "d h min s").split(" ");
let ahead = 0;

/** The desk's time, as the server last said it: `iso`. */
export function setNow(iso) {
  const at = Date.parse(iso);
  if (Number.isFinite(at)) ahead = at - Date.now();
}

function lengthInWords(seconds) {
  const of = (amount, unit) => `${amount}${NO_BREAK}${unit}`;
  const minutes = Math.floor(seconds / MINUTE);
  if (seconds < SECONDS_SHOWN) return minutes ? `${of(minutes, minute)} ${of(seconds % MINUTE, second)}` : of(seconds, second);
  if (seconds >= DAY) return `${of(Math.floor(seconds / DAY), day)} ${of(Math.floor((seconds % DAY) / HOUR), hour)}`;
  if (seconds >= HOUR) return `${of(Math.floor(seconds / HOUR), hour)} ${of(minutes % 60, minute)}`;
  return of(minutes, minute);
}

/** Writes how long each deadline of the page has; only what reads otherwise by now is touched. */
export function count() {
  const now = Date.now() + ahead;
  for (const shown of document.querySelectorAll(".count[data-due]")) {
    const left = Math.trunc((Date.parse(shown.dataset.due) - now) / 1000);
    const standing = left < 0 ? "late" : left <= NEAR ? "near" : "far";
    const text = (left < 0 ? lateBy : dueIn).replace("%", lengthInWords(Math.abs(left)));
    if (shown.textContent !== text) shown.textContent = text;
    if (!shown.classList.contains(standing)) {
      shown.classList.remove("late", "near", "far");
      shown.classList.add(standing);
    }
  }
}

/** Counts every second from now on. */
export function startCounting() {
  setNow(document.body.dataset.now);
  count();
  setInterval(count, 1000);
}

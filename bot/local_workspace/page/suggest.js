/** The list above the composer: verbs after the slash command, people after an at sign. */

import { ask } from "./api.js";
import { h } from "./dom.js";
import { roleWord } from "./people.js";
import { commandIn, me, meOn, openChannel, platformOf, store } from "./store.js";

const MOST = 12;

/** What the bot said on joining that can be typed, by language: `{verb, usage, what}` each, daily ones first. */
let known = {};
let asking = false;

/** Those of a person's language; `then` is called when they had to be asked for first. */
function verbsFor(person, then) {
  if (!Object.keys(known).length && !asking) {
    asking = true;
    ask("suggestions").then(({ suggestions }) => {
      known = suggestions;
      if (Object.keys(known).length) then();
    }).catch(() => {}).finally(() => { asking = false; }); // nothing is suggested; the next key asks again
  }
  return known[person?.locale?.split("-")[0]] ?? known.en ?? [];
}

/** What to suggest for what stands in the composer; nothing once the verb is complete and followed. */
function suggested(verbs, text, command) {
  const typed = text.toLowerCase();
  if (typed.includes("\n")) return [];
  if (command.startsWith(typed.trimEnd())) return verbs.slice(0, MOST);
  const rest = typed.startsWith(`${command.toLowerCase()} `) ? typed.slice(command.length + 1) : null;
  if (rest === null) return [];
  const [verb, ...after] = rest.trimStart().split(" ");
  if (after.length) return verbs.filter((one) => one.verb === verb);
  return verbs.filter((one) => one.verb.startsWith(verb)).slice(0, MOST);
}

/** The slash command here, for people of the company. */
function commandHere() {
  const channel = openChannel();
  return (meOn(platformOf(channel)) ?? me())?.external ? null : commandIn(channel);
}

/** What verbs follow here: the slash command, or in Teams the bot's name. Null: nothing that is typed begins one. */
function prefixOf(text, slash) {
  if (text.startsWith("/")) return slash ? commandHere() : null;
  const here = openChannel();
  const mention = `@${store.state?.teams?.bot_name ?? "Vigie"}`;
  const isFor = platformOf(here) === "teams" && !meOn("teams")?.external && text.toLowerCase().startsWith(`${mention.toLowerCase()} `);
  return isFor ? mention : null;
}

/** What can complete the text before the caret: `{from, to, insert, title, detail}`, best first; `again` when there is more. */
function completions(box, slash, again) {
  const before = box.value.slice(0, box.selectionStart);
  const name = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u.exec(before);
  if (name) {
    const typed = name[1].toLocaleLowerCase();
    const here = platformOf(openChannel());
    const bot = { name: (here === "teams" ? store.state?.teams : store.state?.slack)?.bot_name ?? "Vigie", roles: ["app"] };
    return [...(store.state?.users ?? []).filter((user) => platformOf(user) === here), bot]
      .filter((user) => user.name.toLocaleLowerCase().split(" ").some((word) => word.startsWith(typed)))
      .slice(0, 8)
      .map((user) => ({
        from: before.length - name[1].length - 1, to: before.length, insert: `@${user.name} `, title: user.name, detail: roleWord(user),
      }));
  }
  const command = prefixOf(box.value, slash);
  if (!command) return [];
  return suggested(verbsFor(me(), again), box.value, command).map(({ verb, usage, what }) => ({
    from: 0, to: box.value.length, insert: `${command} ${verb} `, title: `${command} ${verb}`, usage, detail: what,
    // Once the verb stands the line only reminds of what follows.
    reminder: box.value.startsWith(`${command} ${verb} `),
  }));
}

/** A suggestion list bound to a text box; `slash` says whether commands work here. */
export class Suggestions {
  constructor(box, { slash, id }) {
    this.box = box;
    this.slash = slash;
    this.rows = [];
    this.at = -1;
    this.node = h("div", { class: "suggestions", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
    box.setAttribute("aria-controls", id);
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", () => this.draw());
    box.addEventListener("blur", () => this.hide());
    box.addEventListener("focus", () => this.draw());
  }

  draw() {
    this.rows = completions(this.box, this.slash, () => {
      if (document.activeElement === this.box) this.draw();
    });
    this.at = -1;
    this.node.replaceChildren(...this.rows.map((row, index) => this.rowNode(row, index)));
    this.node.hidden = !this.rows.length;
    this.box.removeAttribute("aria-activedescendant");
  }

  rowNode(row, index) {
    return h("div", {
      class: "suggestion", role: "option", "data-testid": "suggestion", id: `${this.node.id}-${index}`, "aria-selected": "false",
      // The box must keep the focus, or the list would close before the click arrives.
      on: { mousedown: (event) => event.preventDefault(), click: () => this.take(index) },
    },
    h("span", { class: "what" }, h("b", {}, row.title), row.usage && h("code", {}, row.usage)), h("span", { class: "detail" }, row.detail));
  }

  hide() {
    this.node.hidden = true;
    this.at = -1;
  }

  take(index) {
    const row = this.rows[index];
    if (!row || row.reminder) return;
    const { value } = this.box;
    this.box.value = value.slice(0, row.from) + row.insert + value.slice(row.to);
    const caret = row.from + row.insert.length;
    this.box.setSelectionRange(caret, caret);
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.focus();
  }

  move(step) {
    this.at = (this.at + step + this.rows.length) % this.rows.length;
    [...this.node.children].forEach((node, index) => {
      node.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) node.scrollIntoView({ block: "nearest" });
    });
    this.box.setAttribute("aria-activedescendant", `${this.node.id}-${this.at}`);
  }

  /** Handles a key when the list has use for it; true means it is dealt with. */
  key(event) {
    if (this.node.hidden || !this.rows.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Tab" && !event.shiftKey && !this.rows[Math.max(0, this.at)].reminder) this.take(Math.max(0, this.at));
    else if (event.key === "Enter" && this.at >= 0) this.take(this.at);
    else if (event.key === "Escape") this.hide();
    else return false;
    return true;
  }
}

/** The box one types in: messages, slash commands, and what was sent before under the arrow keys. */

import { h, icon } from "./dom.js";
import { toggleMenu } from "./menu.js";
import { Suggestions } from "./suggest.js";
import { toast } from "./toast.js";

const MAX_HEIGHT = 220;

/** A text box with a send button. */
export class Composer {
  /**
   * @param {{id: string, label: string, slash: boolean, send: (text: string) => Promise<any>, refuse?: (text: string) => string|null, more?: () => any[]}} options
   *   `send` throws when it failed, and the text comes back; `refuse` says why a text cannot be sent, or null; `more` lists
   *   what else can be begun here, as rows of a menu.
   */
  constructor({ id, label, slash, send, refuse, more }) {
    this.send = send;
    this.refuse = refuse ?? (() => null);
    this.history = [];
    this.recalled = null;
    this.box = h("textarea", {
      class: "composer-box", rows: 1, "aria-label": label, "data-testid": id, autocomplete: "off", enterkeyhint: "send",
      on: { keydown: (event) => this.key(event), input: () => this.fit() },
    });
    this.suggestions = new Suggestions(this.box, { slash, id: `${id}-suggestions` });
    this.hint = h("div", { class: "composer-hint", role: "status" });
    this.button = h("button", { class: "send", "aria-label": "Send", title: "Send", "data-testid": id === "composer" ? "send" : `${id}-send` }, icon("send"));
    this.plus = h("button", {
      type: "button", class: "quiet", hidden: true, "aria-label": "Apps", title: "Apps", "aria-haspopup": "menu", "aria-expanded": "false",
      "data-testid": `${id}-more`, on: { click: () => toggleMenu(this.plus, more()) },
    }, icon("plus"));
    this.node = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); void this.submit(); } } },
      this.suggestions.node, h("div", { class: "composer-frame" }, this.plus, this.box, this.button), this.hint);
  }

  /** Sets what the box says while it is empty. */
  label(text) {
    if (this.box.placeholder !== text) this.box.placeholder = text;
  }

  say(text, bad = false) {
    this.hint.textContent = text;
    this.hint.classList.toggle("bad", bad);
  }

  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, MAX_HEIGHT)}px`;
    if (this.box.value !== this.recalled) this.recalled = null;
    const refusal = this.box.value && this.refuse(this.box.value);
    if (refusal) this.say(refusal, true);
    else if (this.hint.classList.contains("bad")) this.say("");
  }

  put(text) {
    this.box.value = text;
    this.recalled = text || null;
    this.box.setSelectionRange(text.length, text.length);
    this.fit();
  }

  key(event) {
    if (event.isComposing) return;
    if (this.recall(event) || this.suggestions.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void this.submit();
    }
  }

  /** Up and down walk through what was sent, from an empty box or while walking. */
  recall(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return false;
    if (this.box.value && this.recalled === null) return false;
    if (this.recalled === null) this.place = this.history.length;
    const place = this.place + (event.key === "ArrowUp" ? -1 : 1);
    if (place < 0 || !this.history.length) return Boolean(this.recalled);
    this.place = Math.min(place, this.history.length);
    this.put(this.history[this.place] ?? "");
    this.suggestions.hide();
    return true;
  }

  async submit() {
    const text = this.box.value;
    if (!text.trim()) return;
    const refusal = this.refuse(text);
    if (refusal) {
      this.say(refusal, true);
      return;
    }
    if (this.history.at(-1) !== text) this.history.push(text);
    this.put("");
    this.suggestions.hide();
    const slow = setTimeout(() => this.say("sending…"), 300);
    try {
      const answer = await this.send(text);
      this.say(answer?.ms === undefined ? "" : `answered in ${Math.max(1, Math.round(answer.ms))} ms`);
    } catch (error) {
      this.say("");
      toast(error.message);
      if (!this.box.value) this.put(text);
    } finally {
      clearTimeout(slow);
    }
  }
}

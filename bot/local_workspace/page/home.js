/** The app's Home page for the person who opens it. */

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { openLink } from "./links.js";
import { meOn, reading, store, topView } from "./store.js";
import { attempt } from "./toast.js";

/** Tells the bot that the person looks at the Home page. */
export function openHome() {
  return attempt(() => act("open-home", { user: meOn("slack")?.id }));
}

/** Shows the Home view the bot published for this person, if it did. */
export function homePage(root) {
  const view = topView("home");
  const sign = JSON.stringify([store.me, view]);
  if (root.sign === sign) return;
  root.sign = sign;
  if (!view) {
    root.replaceChildren(h("p", { class: "empty" }, "The app has not published a Home page for you."));
    return;
  }
  const dispatch = (action) => attempt(() => act("interact", { view_id: view.id, user: meOn("slack")?.id, action }));
  root.replaceChildren(...blocks(view.blocks, reading({ platform: "slack", openLink, dispatch })).filter(Boolean));
}

/** The `rich_text` block: what people's own clients write, and the bot may. */

import { h } from "./dom.js";
import { characterNodes, emojiNode } from "./emoji.js";
import { channelChip, groupChip, linkNode, personChip } from "./mrkdwn.js";
import { slackDate } from "./slackdate.js";

const STYLES = [["code", "code"], ["strike", "del"], ["italic", "em"], ["bold", "strong"], ["underline", "u"]];

/** A rich_text block as one element. */
export function richText(block, ctx) {
  return h("div", { class: "rich" }, (block.elements ?? []).map((element) => part(element, ctx)));
}

function part(element, ctx) {
  const inside = (element.elements ?? []).map((one) => piece(one, ctx));
  switch (element.type) {
    case "rich_text_list":
      return h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(element.indent ?? 0, 5)}` },
        (element.elements ?? []).map((item) => h("li", {}, part(item, ctx))));
    case "rich_text_preformatted":
      return h("pre", {}, h("code", {}, inside));
    case "rich_text_quote":
      return h("blockquote", {}, inside);
    default:
      return h("div", {}, inside);
  }
}

function piece(element, ctx) {
  return styled(bare(element, ctx), element.style);
}

function bare(element, ctx) {
  switch (element.type) {
    case "text":
      return spelled(element.text ?? "");
    case "link":
      return linkNode(element.url ?? "", element.text ?? element.url, ctx);
    case "emoji":
      return emojiNode(element.name);
    case "user":
      return personChip(element.user_id, ctx);
    case "channel":
      return channelChip(element.channel_id, ctx);
    case "usergroup":
      return groupChip(element.usergroup_id, ctx);
    case "broadcast":
      return h("span", { class: "mention mention-all" }, `@${element.range}`);
    case "date": {
      const text = slackDate(String(element.timestamp), element.format ?? "{date}", ctx.now, ctx.me);
      return h("time", {}, text ?? element.fallback ?? "");
    }
    default:
      return document.createTextNode(element.text ?? element.fallback ?? "");
  }
}

/** Text as it stands, its emoji drawn where the machine has none. */
function spelled(text) {
  const nodes = characterNodes(text);
  return nodes.length === 1 ? nodes[0] : h("span", {}, nodes);
}

function styled(node, style = {}) {
  let result = node;
  for (const [name, tag] of STYLES) if (style?.[name]) result = h(tag, {}, result);
  return result;
}

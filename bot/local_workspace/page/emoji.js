/**
 * Emoji short names, as typed between colons, to characters. A name that is not here stays as typed; on a machine
 * without an emoji font our own drawings stand in, and what we have not drawn stays as typed too.
 */

import { h } from "./dom.js";
import { drawnEmoji } from "./emojiart.js";

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|clap 👏|wave 👋|pray 🙏|raised_hands 🙌|raised_hand ✋|ok_hand 👌|handshake 🤝
muscle 💪|point_right 👉|point_left 👈|point_up 👆|point_down 👇|heart ❤️|tada 🎉|sparkles ✨|star ⭐|fire 🔥|boom 💥
eyes 👀|rotating_light 🚨|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎
no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|warning ⚠️|exclamation ❗|bangbang ‼️|grey_exclamation ❕|question ❓|grey_question ❔
information_source ℹ️|ticket 🎫|admission_tickets 🎟️|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|left_speech_bubble 🗨️
thought_balloon 💭|phone ☎️|telephone_receiver 📞|iphone 📱|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤
hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|clock1 🕐|clock3 🕒|clock9 🕘|watch ⌚|calendar 📆
date 📅|spiral_calendar_pad 🗓️|red_circle 🔴|large_red_circle 🔴|large_orange_circle 🟠|orange_circle 🟠|large_yellow_circle 🟡
yellow_circle 🟡|large_green_circle 🟢|green_circle 🟢|large_blue_circle 🔵|blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪
black_circle ⚫|large_brown_circle 🟤|red_square 🟥|large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨
large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛|small_red_triangle 🔺|small_red_triangle_down 🔻
large_blue_diamond 🔷|small_blue_diamond 🔹|large_orange_diamond 🔶|small_orange_diamond 🔸
double_vertical_bar ⏸️|pause_button ⏸️|pause ⏸️|arrow_forward ▶️|play ▶️|black_square_for_stop ⏹️|fast_forward ⏩|rewind ⏪
arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrow_heading_up ⤴️
arrow_heading_down ⤵️|arrow_up_small 🔼|arrow_down_small 🔽|arrow_double_up ⏫|leftwards_arrow_with_hook ↩️
arrow_right_hook ↪️|arrows_counterclockwise 🔄|repeat 🔁|twisted_rightwards_arrows 🔀|memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄
clipboard 📋|bookmark 🔖|bookmark_tabs 📑|label 🏷️|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|mag 🔍|mag_right 🔎|lock 🔒|unlock 🔓
closed_lock_with_key 🔐|key 🔑|shield 🛡️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|toolbox 🧰|electric_plug 🔌|battery 🔋|bulb 💡
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|globe_with_meridians 🌐|earth_africa 🌍|earth_americas 🌎
earth_asia 🌏|satellite 🛰️|satellite_antenna 📡|computer 💻|desktop_computer 🖥️|floppy_disk 💾|package 📦|truck 🚚|airplane ✈️
construction 🚧|vertical_traffic_light 🚦|traffic_light 🚥|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|trophy 🏆|medal 🏅
hand ✋|bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|firefighter 🧑‍🚒|robot_face 🤖|ghost 👻|ok 🆗|new 🆕|sos 🆘|up 🆙|cool 🆒
zero 0️⃣|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|100 💯
laughing 😆|open_mouth 😮|slightly_frowning_face 🙁|rocket 🚀|smile 😄|smiley 😃|grin 😁|joy 😂|wink 😉|blush 😊|slightly_smiling_face 🙂|upside_down_face 🙃|thinking_face 🤔|neutral_face 😐
confused 😕|worried 😟|disappointed 😞|cry 😢|sob 😭|angry 😠|rage 😡|scream 😱|sweat_smile 😅|relieved 😌|sleeping 😴|zzz 💤|sunglasses 😎
face_with_monocle 🧐|exploding_head 🤯|salute 🫡|saluting_face 🫡|crossed_fingers 🤞|coffee ☕|palm_tree 🌴|sunny ☀️|cloud ☁️|zap ⚡|snowflake ❄️
`;

const BY_NAME = new Map(TABLE.trim().split(/[|\n]/).map((pair) => pair.split(" ")));
const BY_CHARACTER = new Map([...BY_NAME].reverse().map(([name, char]) => [char, name]));
const PLAIN = /:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g;

let font;

/** Whether this machine can show emoji: one is painted, and colour is looked for. */
function hasFont() {
  if (font !== undefined) return font;
  const canvas = h("canvas");
  canvas.width = 20;
  canvas.height = 20;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = '16px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif';
  pen.fillText("\u{1f534}", 0, 16);
  const { data } = pen.getImageData(0, 0, 20, 20);
  font = data.some((value, index) => index % 4 === 0 && value > data[index + 1] + 60);
  return font;
}

/** The characters of a short name, its skin tone left out, or null when the name is not known. */
export function emojiOf(name) {
  return BY_NAME.get(name.split("::")[0]) ?? null;
}

/** An emoji as a node that carries its name for those who cannot see it; text between colons when there is no picture. */
export function emojiNode(name) {
  const base = name.split("::")[0];
  const picture = hasFont() ? emojiOf(base) : drawnEmoji(base);
  if (!picture) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": `:${name}:`, title: `:${name}:` }, picture);
}

/** Plain text on one line where only text can stand (options, placeholders): known names as characters. */
export function withEmoji(text) {
  return hasFont() ? text.replace(PLAIN, (typed, name) => emojiOf(name) ?? typed) : text;
}

/** Text as nodes, its known short names as emoji. */
export function emojiNodes(text) {
  return split(text, PLAIN, (name) => emojiOf(name) && emojiNode(name));
}

/** Text as nodes where emoji written as characters are drawn if the machine has no font for them. */
export function characterNodes(text) {
  if (hasFont() || /^[\u0000-\u2000]*$/.test(text)) return [document.createTextNode(text)];
  return split(text, /(\p{Extended_Pictographic}\ufe0f?)/gu, (char) => {
    const name = BY_CHARACTER.get(char) ?? BY_CHARACTER.get(`${char}\ufe0f`) ?? BY_CHARACTER.get(char.replace("\ufe0f", ""));
    return name && drawnEmoji(name) && emojiNode(name);
  });
}

function split(text, pattern, nodeOf) {
  const nodes = [];
  let plain = "";
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    plain += text.slice(end, match.index);
    end = match.index + match[0].length;
    const node = nodeOf(match[1]);
    if (node) {
      if (plain) nodes.push(document.createTextNode(plain));
      nodes.push(node);
      plain = "";
    } else plain += match[0];
  }
  plain += text.slice(end);
  if (plain) nodes.push(document.createTextNode(plain));
  return nodes;
}

/** Every known short name, for suggestions. */
export const EMOJI_NAMES = [...BY_NAME.keys()];

/** The chat page of the local workspace: starts its panes and keeps them fresh. */

import { channelTimelines, startChannel } from "./channel.js";
import { onReveal } from "./links.js";
import { followAddress, goLive } from "./live.js";
import { startModal } from "./modal.js";
import { channelTitle } from "./people.js";
import { writePlace } from "./place.js";
import { startSidebar } from "./sidebar.js";
import { me, onChange, openChannel, reading, store } from "./store.js";
import { startTask } from "./teams/task.js";
import { startThread, threadTimeline } from "./thread.js";
import { startTopbar } from "./topbar.js";

const banner = document.getElementById("banner");

/** Whether a bot is there to answer, by HTTP or by socket. */
function botJoined() {
  const { slack, teams } = store.state;
  if (slack) return slack.events_url !== null || slack.socket_mode === true;
  return Boolean(teams?.messages_url);
}

function drawBanner() {
  let text = "";
  if (store.link === "lost") text = "The workspace does not answer. Start it with `vigie run`; this page comes back by itself.";
  else if (store.state && !botJoined()) text = "No bot has joined yet: commands and buttons have nobody to answer them. Start it with `vigie run`.";
  banner.textContent = text;
  banner.hidden = !text;
}

function drawTitle() {
  const channel = openChannel();
  const parts = [channel ? channelTitle(channel, reading({ channel })) : null, me()?.name, "Vigie"];
  document.title = parts.filter(Boolean).join(" · ");
  document.body.dataset.link = store.link;
}

startTopbar();
startSidebar();
startChannel();
startThread();
startModal();
startTask();
onReveal((ts) => [threadTimeline, ...channelTimelines].some((one) => one.reveal(ts)));
onChange(drawBanner);
onChange(drawTitle);
onChange(() => { if (store.state) writePlace(); });
window.addEventListener("hashchange", followAddress);
await goLive();

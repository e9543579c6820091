/**
 * The control API of the local workspace: one function to ask, one to act, and errors a person can use.
 */

/** A refusal or failure whose message is shown as it stands. */
export class ControlError extends Error {}

const SILENT = "The workspace does not answer. Is Vigie still running?";
const IN_WORDS = {
  "no bot has joined": "No bot has joined this workspace yet. Start it with `vigie run`.",
  operation_timeout: "Vigie did not answer within 3 seconds. Nothing may have happened: try again.",
  dispatch_failed: "Vigie failed or is not running. Look at what it logged, then try again.",
  not_in_channel: "This person is not a member of this channel.",
  channel_not_found: "This channel is gone. Pick another one.",
  message_not_found: "This message is gone.",
};

/** What an error code of the workspace means to the person at the page. */
export function inWords(error) {
  return IN_WORDS[error] ?? (error ? `Not done: ${error}` : "Not done, and the workspace did not say why.");
}

async function answerOf(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new ControlError(SILENT);
  }
  try {
    return await response.json();
  } catch {
    throw new ControlError(response.ok ? SILENT : `The workspace answered with HTTP ${response.status}.`);
  }
}

/** GET `/_control/PATH`; throws ControlError when it is refused or unreachable. */
export async function ask(path) {
  const answer = await answerOf(`/_control/${path}`, {});
  if (answer.ok === false) throw new ControlError(inWords(answer.error));
  return answer;
}

/**
 * POST `/_control/PATH`; an answer with field `errors` (a refused form), or one that the person was `told` in the channel,
 * is returned, any other refusal is thrown.
 */
export async function act(path, body) {
  const answer = await answerOf(`/_control/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok && !answer.errors && !answer.told) throw new ControlError(inWords(answer.error));
  return answer;
}

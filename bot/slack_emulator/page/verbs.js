/** What the composer suggests after the command: each verb, how it is typed, what it does. Daily ones first. */

const VERBS = `
new|[sev1-3] SUMMARY|open a ticket; alone, open the form
list|[mine, open, sev1…]|a person's or a filter's tickets
show|42|one ticket in full
take|42|make it yours and acknowledge
update|42 TEXT|tell the customer
promise|42 16:30|say when the next update comes
wait|42 [customer, vendor] REASON|waiting, with its reason
resume|42|waiting is over
restored|42 [at 14:05]|service is back, work may go on
resolve|42 TEXT|done: stop every clock
escalate|42 REASON|climb one level
note|42 TEXT|internal, never seen by customers
ack|42|somebody has it
assign|42 @person|hand it over
category|42 incident|change the category
severity|42 sev2 REASON|change the severity
reported|42 09:10 REASON|when the customer reported it
relapsed|42|down again
customer|42 NAME|whose ticket it is
reopen|42|came back, or never fixed
link|42 43|tickets that belong together
unlink|42 43|no longer together
merge|42 43|one and the same
major|42|declare a major incident
snooze|42 2h|quiet until then
edit|42|correct summary or description
redact|42|erase words everywhere
de-escalate|42|back down a level
why|42|every clock, line by line
what-if|42 sev1|what a change would do
queue||the desk's order of work
away|[until TIME]|off duty
back||on duty again
oncall||who is on call
handover||pass the shift on
report||figures of the desk
health||is everything running
channel|[auto, manual, off]|what becomes a ticket in a customer's channel
account||your settings
setup||set the desk up
help|[verb]|all of this, explained
`;

/** `{verb, usage, what}` for each subcommand. */
export const ALL_VERBS = VERBS.trim().split("\n").map((line) => {
  const [verb, usage, what] = line.split("|");
  return { verb, usage, what };
});

/**
 * What to suggest for what stands in the composer, at most `most`; nothing once the verb is complete and followed.
 * @param {string} text the composer's text
 * @param {string} command the slash command, "/ticket"
 */
export function suggestionsFor(text, command, most = 12) {
  const typed = text.toLowerCase();
  if (!typed.startsWith("/") || typed.includes("\n")) return [];
  if (command.startsWith(typed.trimEnd())) return ALL_VERBS.slice(0, most);
  const rest = typed.startsWith(`${command} `) ? typed.slice(command.length + 1) : null;
  if (rest === null) return [];
  const [verb, ...after] = rest.trimStart().split(" ");
  if (after.length) return ALL_VERBS.filter((one) => one.verb === verb);
  return ALL_VERBS.filter((one) => one.verb.startsWith(verb)).slice(0, most);
}

/**
 * What led to what within a correlation.
 *
 * Events of one command share its causation. A command of a policy is a reaction to an event, which the reaction
 * names; where reactions are not to be seen, it is the last event before that the policy takes in.
 */

import type { Catalogued, EventRow, Reaction } from "./queries";

/** Events of one command with the same name, as one line. */
export type Line = { name: string; events: EventRow[] };
export type Command = {
  causation: string;
  actor: string;
  lines: Line[];
  /** The position of the event that it follows from. */
  because?: number;
  children: Command[];
};

/** So many of one name still stand each for themselves. */
const APART_MAX = 3;

/** The commands that began it, each with what followed from it. */
export function causes(events: EventRow[], reactions: Reaction[], catalogue: Catalogued[]): Command[] {
  const ordered = events.toSorted((one, other) => one.position - other.position);
  const commands = new Map<string, Command>();
  const home = new Map<number, Command>();
  for (const event of ordered) {
    const command = commands.get(event.causation_id) ?? begun(event);
    commands.set(event.causation_id, command);
    command.lines.push({ name: event.name, events: [event] });
    home.set(event.position, command);
  }
  const roots: Command[] = [];
  for (const command of commands.values()) {
    command.because = led(command, ordered, reactions, catalogue);
    command.lines = shortened(command.lines);
    const parent = command.because === undefined ? undefined : home.get(command.because);
    if (parent && parent !== command) parent.children.push(command);
    else roots.push(command);
  }
  return roots;
}

function begun(event: EventRow): Command {
  return { causation: event.causation_id, actor: event.actor, lines: [], children: [] };
}

function led(command: Command, all: EventRow[], reactions: Reaction[], catalogue: Catalogued[]): number | undefined {
  const [sort, policy] = command.actor.split(":");
  const first = command.lines[0]?.events[0];
  if (sort !== "reaction" || !policy || !first) return undefined;
  const before = reactions.filter((one) => one.policy === policy && one.position < first.position);
  const own = before.find(({ uid }) => uid === said(first).reaction_id);
  const near = own ? [own] : before.filter(({ subject }) => isAbout(first, subject));
  const planned = (near.length ? near : before).map(({ position }) => position);
  if (planned.length) return Math.max(...planned);
  const taken = new Set(catalogue.filter((one) => one.taken_in_by.policies?.includes(policy)).map(({ name }) => name));
  return all.findLast(({ position, name }) => position < first.position && taken.has(name))?.position;
}

function said(event: EventRow): Record<string, unknown> {
  return (event.data ?? {}) as Record<string, unknown>;
}

function isAbout(event: EventRow, subject: string): boolean {
  return event.stream_id === subject || Object.values(said(event)).includes(subject);
}

/** Many of one name become one line. */
function shortened(lines: Line[]): Line[] {
  const byName = new Map<string, Line[]>();
  for (const line of lines) byName.set(line.name, [...(byName.get(line.name) ?? []), line]);
  return [...byName.values()].flatMap((same) =>
    same.length > APART_MAX ? [{ name: same[0]?.name ?? "", events: same.flatMap(({ events }) => events) }] : same,
  );
}

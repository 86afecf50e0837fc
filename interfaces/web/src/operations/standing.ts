/** What is well and what is not, by the rules of `daybook status`. */

import type { Mood } from "../shared/ui/values";
import type { Projection, Ready } from "./queries";

/** Who gave no sign of life for so long is not there; application/shared/checkpoints.py. */
const SILENT_S_MAX = 8;
const LAG_S_MAX = 60;

export const isAlive = (silent: number | null | undefined): boolean =>
  typeof silent === "number" && silent <= SILENT_S_MAX;

/** Whether nothing is known of it: the read models have a server of their own, which does not answer. */
export const isAway = ({ state }: Projection): boolean => state === "away";

export function moodOf(projection: Projection): Mood {
  if (!["live", "building"].includes(projection.state) || !isAlive(projection.silent_s)) return "bad";
  if (projection.lag_s > LAG_S_MAX) return "bad";
  return projection.state === "building" || projection.lag > 0 ? "wait" : "good";
}

/** The projection that is furthest behind, by the age of what it has not read. */
export function slowest(projections: Projection[]): Projection | undefined {
  return projections.toSorted((a, b) => b.lag_s - a.lag_s || b.lag - a.lag)[0];
}

export function reactionsMood({ reactions }: Ready): Mood {
  if (reactions.halted || reactions.parked || reactions.overdue) return "bad";
  return reactions.pending || reactions.running ? "wait" : "good";
}

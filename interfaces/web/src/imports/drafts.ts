/** A file that somebody is about to import, and what was said of it so far. */

import { answered, type Problem, Refused } from "../shared/api/client";
import { upload } from "../shared/api/upload";
import type { Kind, Mode, Option } from "./kinds";
import type { Preview } from "./queries";

export type Options = Partial<Record<Option, string>>;
export type Draft = { kind: Kind; source: string; owner: string; mode: Mode; options: Options; file: File };

/** What tells this draft from another; a file says its content by name, length and time. */
export function traits({ kind, source, owner, mode, options, file }: Draft): unknown {
  return [kind.name, source, owner, mode, options, file.name, file.size, file.lastModified];
}

export function formOf({ kind, source, owner, mode, options, file }: Draft, isPreview: boolean): FormData {
  const form = new FormData();
  const fields = { source, mode, ...options, ...(kind.owner && { [kind.owner.field]: owner }) };
  for (const [name, value] of Object.entries(fields)) if (value) form.set(name, value);
  if (isPreview) form.set("preview", "true");
  form.set("file", file);
  return form;
}

export async function preview(draft: Draft): Promise<Preview> {
  const path = `/imports/${draft.kind.name}`;
  return (await answered(upload<Preview>(path, formOf(draft, true), {}, () => undefined))).data;
}

/** The columns that a header lacks, and those of it that nobody knows; none unless that is what is wrong. */
export function headerTrouble(error: unknown): { missing: string[]; unknown: string[] } | undefined {
  if (!(error instanceof Refused) || error.problem.code !== "wrong_header") return undefined;
  const named = (code: string) =>
    (error.problem.errors ?? []).filter((one) => one.code === code).map((one) => one.column ?? "");
  const found = { missing: named("missing_column"), unknown: named("unknown_column") };
  return found.missing.length && found.unknown.length ? found : undefined;
}

/** The options under which a refused file would do, if the API found any. */
export function proposed(error: unknown): Options | undefined {
  const proposal = error instanceof Refused ? (error.problem as Problem & { proposal?: Options }).proposal : undefined;
  return proposal && Object.keys(proposal).length ? proposal : undefined;
}

/** Names of columns as the option `columns` has them; a semicolon in a name stands in quotes. */
export function mapping(pairs: Record<string, string>): string {
  const quoted = (name: string) => (/[;="]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  return Object.entries(pairs)
    .filter(([, theirs]) => theirs)
    .map(([ours, theirs]) => `${quoted(theirs)}=${ours}`)
    .join(";");
}

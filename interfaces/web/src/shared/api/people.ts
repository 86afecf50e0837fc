/**
 * Names of those who act, asked for together: whatever a screen wants to know in one moment is one request.
 *
 * Who may manage users asks those; who reads the log alone finds there whom it let in; others the people of their bank.
 */

import { useQuery } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";
import { type Permission, useMe } from "./me";

type Waiting = { uid: string; resolve: (name: string | null) => void; reject: (error: unknown) => void };
type Person = Pick<Schemas["User"], "uid" | "name">;
type Named = Pick<Schemas["Member"], "user_uid" | "first_name" | "last_name">;

/** As many as a page of the API holds. */
const AT_ONCE = 200;
const KEPT_MS = 600_000;

/** Gathers what is asked within one turn of the page, and finds all of it by one request. */
export function gathered(find: (uids: string[]) => Promise<Map<string, string>>) {
  let waiting: Waiting[] = [];
  async function ask(): Promise<void> {
    const asked = waiting;
    waiting = [];
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const part = asked.slice(from, from + AT_ONCE);
      try {
        const names = await find([...new Set(part.map(({ uid }) => uid))]);
        for (const { uid, resolve } of part) resolve(names.get(uid) ?? null);
      } catch (error) {
        for (const { reject } of part) reject(error);
      }
    }
  }
  return (uid: string) =>
    new Promise<string | null>((resolve, reject) => {
      if (!waiting.length) setTimeout(() => void ask(), 0);
      waiting.push({ uid, resolve, reject });
    });
}

const ofUsers = gathered(async (uids) => {
  const query = { "uid[in]": uids.join(","), fields: ["uid", "name"], limit: AT_ONCE };
  const { data } = await answered(api.GET("/users", { params: { query: query as never } }));
  return new Map(data.data.map(({ uid, name }: Person) => [uid ?? "", name ?? ""]));
});

const ofBanks = gathered(async (uids) => {
  const query = {
    "user_uid[in]": uids.join(","),
    fields: ["user_uid", "first_name", "last_name"],
    limit: AT_ONCE,
  } as never;
  const [members, administrators] = await Promise.all([
    answered(api.GET("/members", { params: { query } })),
    answered(api.GET("/administrators", { params: { query } })),
  ]);
  const people: Named[] = [...members.data.data, ...administrators.data.data];
  return new Map(people.map((one) => [one.user_uid ?? "", `${one.first_name} ${one.last_name}`]));
});

const ofMachines = gathered(async (uids) => {
  const query = { "uid[in]": uids.join(","), fields: ["uid", "name"], limit: AT_ONCE };
  const { data } = await answered(api.GET("/service-accounts", { params: { query: query as never } }));
  return new Map(data.data.map(({ uid, name }: Person) => [uid ?? "", name ?? ""]));
});

const ofLog = gathered(async (uids) => {
  const names = ["user.registered.v1", "service_account.created.v1"];
  const query = { "stream_id[in]": uids.join(","), "name[in]": names.join(","), limit: AT_ONCE };
  const { data } = await answered(api.GET("/events", { params: { query: query as never } }));
  return new Map(data.data.map((it) => [it.stream_id ?? "", String((it.data as { name?: string }).name ?? "")]));
});

function finder(kind: string, permissions: Permission[]) {
  if (kind !== "user" && kind !== "service") return undefined;
  if (permissions.includes("users:manage")) return kind === "user" ? ofUsers : ofMachines;
  if (permissions.includes("events:read")) return ofLog;
  return kind === "user" && permissions.includes("banks:read") ? ofBanks : undefined;
}

/** The name of an actor such as `user:0b7c…`; undefined for whom nobody is found, or may be. `known` is not asked for. */
export function useNameOf(actor: string, known?: string): string | undefined {
  const { permissions } = useMe();
  const [kind = "", uid = ""] = actor.split(":");
  const find = known ? undefined : finder(kind, permissions);
  const { data } = useQuery({
    queryKey: ["name", actor],
    queryFn: () => find?.(uid) ?? null,
    enabled: find !== undefined,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
  });
  return known ?? data ?? undefined;
}

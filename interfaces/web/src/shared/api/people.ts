/** Whose user is called what: facts name users by their uid, pages by their name. */

import { useQuery } from "@tanstack/react-query";
import { useWords } from "../words";
import { api } from "./client";
import { meQuery } from "./me";
import { asking } from "./queries";

const MOST = 200;

const administrators = asking(["people", "administrators"], (signal) =>
  api.GET("/administrators", {
    params: { query: { limit: MOST, fields: ["user_uid", "first_name", "last_name"] } },
    signal,
  }),
);
const members = asking(["people", "members"], (signal) =>
  api.GET("/members", { params: { query: { limit: MOST, fields: ["user_uid", "first_name", "last_name"] } }, signal }),
);

/** The name of a user, where this person may see it. */
export function useKnownName(): (uid: string | null | undefined) => string | undefined {
  const me = useQuery(meQuery).data;
  const people = [useQuery(administrators), useQuery(members)].flatMap(({ data }) => data?.data.data ?? []);
  const names = new Map(people.map((one) => [one.user_uid, `${one.first_name} ${one.last_name}`]));
  return (uid) => (uid ? (uid === me?.uid ? me.name : names.get(uid)) : undefined);
}

/** The same, and "somebody else" of whom this person may not see. */
export function useNameOf(): (uid: string | null | undefined) => string {
  const words = useWords("shared");
  const known = useKnownName();
  return (uid) => known(uid) ?? words("somebody");
}

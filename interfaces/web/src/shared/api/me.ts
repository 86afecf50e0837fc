/** Who is signed in, and what they may do. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type Me = Schemas["Caller"];
export type Permission = Schemas["Permission"];

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me> => (await answered(api.GET("/auth/me", { signal }))).data,
  staleTime: 60_000,
});

/** The person; screens below the sign-in can count on it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether somebody audits every bank: an auditor and nothing else, of none. */
export function auditsFirm({ roles, bank_uid }: { roles: readonly string[]; bank_uid: string | null }): boolean {
  return bank_uid === null && roles.length === 1 && roles[0] === "auditor";
}

/** Whether the person may do any of these. Only shows or hides: what is refused, the API refuses. */
export function useMay(...permissions: Permission[]): boolean {
  const me = useMe();
  return permissions.some((one) => me.permissions.includes(one));
}

import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Bank = Required<Schemas["Bank"]>;
export type Member = Required<Schemas["Member"]>;
export type Administrator = Required<Schemas["Administrator"]>;
export type Account = Required<Schemas["Account"]>;
export type Rate = Required<Schemas["ExchangeRate"]>;
export type Policy = Schemas["PolicyVersion"];
export type Tier = Schemas["Tier"];

/** The most rows that a list answers at once. */
const MOST = 200;

export const banks = asking(["banks"], (signal) => api.GET("/banks", { params: { query: { limit: MOST } }, signal }));

export const bankPolicies = (bank: string) =>
  asking(["policies", bank], (signal) =>
    api.GET("/banks/{bank_id}/policies", { params: { path: { bank_id: bank } }, signal }),
  );

export const rates = (query: Query) =>
  asking(["rates", query], (signal) =>
    api.GET("/exchange-rates", { params: { query: { sort: "-day", ...query } as never }, signal }),
  );

export const members = (query: Query) =>
  asking(["members", query], (signal) =>
    api.GET("/members", { params: { query: { sort: "last_name,first_name", ...query } as never }, signal }),
  );

export const administrators = (query: Query) =>
  asking(["administrators", query], (signal) =>
    api.GET("/administrators", { params: { query: { sort: "last_name,first_name", ...query } as never }, signal }),
  );

/** Who could be paid: the active members that this person may see. */
export const activeMembers = members({ "status[eq]": "active", limit: String(MOST) });

export const memberOf = (user: string) => members({ user_uid: user });
export const administratorOf = (user: string) => administrators({ user_uid: user });

export const accounts = (query: Query) =>
  asking(["accounts", query], (signal) =>
    api.GET("/accounts", { params: { query: { sort: "holder", ...query } as never }, signal }),
  );

export const account = (id: string) =>
  asking(["accounts", id], (signal) =>
    api.GET("/accounts/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

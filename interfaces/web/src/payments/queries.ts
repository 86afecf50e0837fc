import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Payment = Required<Schemas["Payment"]>;
export type Obligation = Required<Schemas["Obligation"]>;
export type Batch = Required<Schemas["PaymentBatch"]>;
export type Case = Required<Schemas["PaymentCase"]>;
export type Preview = Schemas["PaymentBatchPreview"];

export const payments = (query: Query) =>
  asking(["payments", query], (signal) =>
    api.GET("/payments", { params: { query: { sort: "-scheduled_at", ...query } as never }, signal }),
  );

export const payment = (id: string) =>
  asking(["payments", id], (signal) =>
    api.GET("/payments/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** What is owed for the claim that a payment is of. */
export const obligationOf = (claim: string) =>
  asking(["obligations", "of", claim], (signal) =>
    api.GET("/obligations", { params: { query: { reimbursement_uid: { eq: claim } } }, signal }),
  );

export const batches = (bank: string, query: Query) =>
  asking(["batches", bank, query], (signal) =>
    api.GET("/banks/{bank_id}/payment-batches", {
      params: { path: { bank_id: bank }, query: { sort: "-created_at", ...query } as never },
      signal,
    }),
  );

export const batch = (id: string) =>
  asking(["batches", id], (signal) =>
    api.GET("/payment-batches/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** What a file would hold; it records nothing, so it is asked as a query though it is posted. */
export const preview = (bank: string, executionOn: string) =>
  asking(["batches", "preview", bank, executionOn], (signal) =>
    api.POST("/banks/{bank_id}/payment-batches/preview", {
      body: { execution_on: executionOn || null },
      params: { path: { bank_id: bank } },
      signal,
    }),
  );

export const cases = (query: Query) =>
  asking(["cases", query], (signal) =>
    api.GET("/payments/cases", { params: { query: { sort: "-opened_at", ...query } as never }, signal }),
  );

export const oneCase = (id: string) =>
  asking(["cases", id], (signal) =>
    api.GET("/payments/cases/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

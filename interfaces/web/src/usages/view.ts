/** What the address of the screen asks of the list, and of the series beside it. */

import type { Query } from "../shared/address";
import { zone } from "../shared/words";

export const BUCKETS = ["day", "week", "month"] as const;
export type BucketName = (typeof BUCKETS)[number];

/** All but what is of the chart alone. */
export function asked({ bucket: _, ...query }: Query): Query {
  return query;
}

/** The same filters, by buckets of the browser's own zone; the days of the view are those of the chart as well. */
export function seriesAsked(address: Query): Query {
  const { bucket, sort: _, cursor: __, limit: ___, count: ____, ...filters } = address;
  const { "usage_at[gte]": from, "usage_at[lt]": to, ...others } = filters;
  return {
    ...others,
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    bucket: bucketOf(bucket),
    group_by: "usage_type",
    tz: zone,
  };
}

export function bucketOf(text: unknown): BucketName {
  return BUCKETS.find((one) => one === text) ?? "month";
}

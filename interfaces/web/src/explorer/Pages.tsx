import { changed, one } from "../shared/address";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { Pager } from "../shared/ui/Pager";
import { useWords } from "../shared/words";
import type { View } from "./Explorer";
import type { RowsPage } from "./queries";

const SIZES = ["25", "50", "100", "200"];
const USUAL = "50";

/** To the pages before and behind this one, and how many rows there are, for whoever asks. */
export function Pages({ query, show, page }: View & { page: RowsPage["page"] }) {
  const words = useWords("explorer");
  const counted = one(query, "count");
  const limit = one(query, "limit") ?? USUAL;
  const sizes = SIZES.includes(limit) ? SIZES : [limit, ...SIZES];

  return (
    <Pager
      label={words("pages")}
      page={page}
      beside={
        <>
          {page.count !== undefined && (
            <span role="status">{words(counted === "exact" ? "exactly" : "about", { count: page.count })}</span>
          )}
          {counted !== "exact" && (
            <Button small onPress={() => show({ ...query, count: counted === "estimated" ? "exact" : "estimated" })}>
              {words(counted === "estimated" ? "countExactly" : "countAbout")}
            </Button>
          )}
          <div className="inline-field">
            <Choice
              name="limit"
              label={words("perPage")}
              options={sizes.map((size) => ({ value: size, label: size }))}
              value={limit}
              onChange={(size) => show(changed(query, { limit: size === USUAL ? undefined : size }))}
            />
          </div>
        </>
      }
    />
  );
}

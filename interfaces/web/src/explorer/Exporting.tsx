import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { one, writeQuery } from "../shared/address";
import { queries } from "../shared/api/queries";
import { Button } from "../shared/ui/Button";
import { Trouble } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { locale, useWords } from "../shared/words";
import type { View } from "./Explorer";
import { save, sizeIn } from "./exporting";
import { rowsQuery } from "./queries";
import { asked, whole } from "./view";

const FORMS = ["csv", "ndjson"] as const;
/** From so many rows on, a file is written to the disk as it comes. */
const LARGE_ROWS = 50_000;

/** This very view as a file: all its rows, or all its groups. */
export function Exporting({ collection, query }: View) {
  const words = useWords("explorer");
  const shared = useWords("shared");
  const [bytes, setBytes] = useState(0);
  const stopping = useRef<AbortController>(undefined);
  const isGrouped = collection.aggregates && one(query, "by") !== undefined;
  const path = `${collection.path}${isGrouped ? "/aggregates" : ""}`;

  const exporting = useMutation({
    mutationFn: async (form: (typeof FORMS)[number]) => {
      stopping.current = new AbortController();
      setBytes(0);
      const name = `${collection.name}${isGrouped ? "-groups" : ""}.${form}`;
      const size = await save({
        url: `${path}.${form}${writeQuery(asked(collection, whole(query)))}`,
        name,
        isLarge: !isGrouped && (await isLarge()),
        signal: stopping.current.signal,
        onProgress: setBytes,
      });
      return words("exported", { name, size: sizeIn(locale, size) });
    },
  });

  async function isLarge(): Promise<boolean> {
    if (!("showSaveFilePicker" in window)) return false;
    const counted = rowsQuery(collection, { ...whole(query), limit: "1", count: "estimated" });
    return ((await queries.fetchQuery(counted)).data.page.count ?? 0) > LARGE_ROWS;
  }

  /** For a program that is to ask the same. */
  async function copyAddress(): Promise<void> {
    await navigator.clipboard.writeText(`${location.origin}${path}${writeQuery(asked(collection, query))}`);
    say(shared("copied"));
  }

  const isStopped = exporting.error instanceof DOMException && exporting.error.name === "AbortError";
  return (
    <>
      <span role="status" className="small quiet">
        {exporting.isPending ? words("exporting", { size: sizeIn(locale, bytes) }) : exporting.data}
      </span>
      {exporting.isPending ? (
        <Button small onPress={() => stopping.current?.abort()}>
          {words("stop")}
        </Button>
      ) : (
        <MenuTrigger>
          <Button>
            {words("export")} <span aria-hidden="true">▾</span>
          </Button>
          <Popover className="popover">
            <Menu className="menu">
              {FORMS.map((form) => (
                <MenuItem key={form} className="item" onAction={() => exporting.mutate(form)}>
                  {words(form)}
                </MenuItem>
              ))}
              <MenuItem className="item" onAction={() => void copyAddress()}>
                {words("copyAddress")}
              </MenuItem>
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {exporting.error && !isStopped && <Trouble error={exporting.error} />}
    </>
  );
}

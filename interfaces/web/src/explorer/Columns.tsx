import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { changed, one } from "../shared/address";
import { Button } from "../shared/ui/Button";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { View } from "./Explorer";

/** Which fields stand in the table; those that usually do not are here as well. */
export function Columns({ collection, query, show, shown }: View & { shown: string[] }) {
  const words = useWords("explorer");

  function toggle(name: string): void {
    const next = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name];
    show({ ...changed(query, { fields: next.join(",") }), ...kept("cursor", one(query, "cursor")) });
  }

  return (
    <DialogTrigger>
      <Button small>{words("columnsShown", { shown: shown.length, all: collection.fields.length })}</Button>
      <Popover className="popover">
        <Dialog className="choosing" aria-label={words("columns")}>
          <div className="choices">
            {collection.fields.map(({ name, description }) => (
              <label key={name} className="check" title={description}>
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  disabled={name === collection.key}
                  onChange={() => toggle(name)}
                />
                {label(name)}
              </label>
            ))}
          </div>
          <Button small onPress={() => show(changed(query, { fields: undefined }))}>
            {words("usualColumns")}
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** Other columns are of the same rows: the page stays. */
function kept(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {};
}

import { useState } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { Button } from "../shared/ui/Button";
import type { View } from "./Explorer";
import { FilterForm } from "./FilterForm";
import { useSayings } from "./sayings";
import { type Filter, readFilters, withFilters } from "./view";

/** The filters as they read, each to be changed or removed, and a way to one more. */
export function Filters({ collection, query, show }: View) {
  const { words, filter: said } = useSayings(collection);
  const filters = readFilters(collection, query);
  const change = (next: Filter[]) => show(withFilters(collection, query, next));
  return (
    <>
      {filters.length > 0 && (
        <ul className="chips" aria-label={words("filters")}>
          {filters.map((filter, place) => (
            <li key={`${filter.field} ${filter.operator} ${filter.text}`} className="chip">
              <Editing
                {...{ collection, filter }}
                onDone={(next) => change(filters.map((one, at) => (at === place ? next : one)))}
                label={words("editFilter", { filter: said(filter) })}
              >
                {said(filter)}
              </Editing>
              <Button
                kind="plain"
                small
                aria-label={words("dropFilter", { filter: said(filter) })}
                onPress={() => change(filters.filter((_, at) => at !== place))}
              >
                ✕
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Editing collection={collection} onDone={(next) => change([...filters, next])}>
        + {words("addFilter")}
      </Editing>
      {filters.length > 1 && (
        <Button kind="plain" small onPress={() => change([])}>
          {words("clear")}
        </Button>
      )}
    </>
  );
}

type EditingProps = Pick<View, "collection"> & {
  filter?: Filter;
  label?: string;
  onDone: (filter: Filter) => void;
  children: React.ReactNode;
};

function Editing({ collection, filter, label, onDone, children }: EditingProps) {
  const { words } = useSayings(collection);
  const [isOpen, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button small kind={filter ? "plain" : ""} {...(label ? { "aria-label": label } : {})}>
        {children}
      </Button>
      <Popover className="popover">
        <Dialog className="choosing" aria-label={label ?? words("addFilter")}>
          <FilterForm
            {...{ collection, filter }}
            onDone={(next) => {
              setOpen(false);
              onDone(next);
            }}
          />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

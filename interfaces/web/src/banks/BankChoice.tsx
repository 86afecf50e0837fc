import { useQuery } from "@tanstack/react-query";
import { useMe } from "../shared/api/me";
import { Choice } from "../shared/ui/Fields";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { type Bank, banks } from "./queries";

/** The bank a screen is about: one's own, or for whoever sees several the one that the address names, else the first. */
export function useBank(): { bank: Bank | undefined; all: Bank[] } {
  const me = useMe();
  const { one } = useView();
  const all = (useQuery(banks).data?.data.data ?? []) as Bank[];
  const named = one("bank_uid") || me.bank_uid;
  return { bank: all.find(({ uid }) => uid === named) ?? all.find(({ status }) => status === "active"), all };
}

/** Lets whoever sees several banks say which one they mean. */
export function BankChoice() {
  const words = useWords("banks");
  const { change } = useView();
  const { bank, all } = useBank();
  if (all.length < 2 || !bank) return null;
  return (
    <Choice
      name="bank_uid"
      label={words("bank")}
      options={all.map(({ uid, name }) => ({ value: uid, label: name }))}
      value={bank.uid}
      onChange={(uid) => change({ bank_uid: uid })}
    />
  );
}

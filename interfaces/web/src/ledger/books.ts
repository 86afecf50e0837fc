/** The books: one for each bank and currency. */

import { useQuery } from "@tanstack/react-query";
import { banksQuery } from "./queries";

export type Book = { bank_uid: string; currency: string };

/**
 * `Harbour Bank, EUR`; the currency alone until the names are there. Banks of one name are told apart by their numbers,
 * and one that is not among those that were read by its uid.
 */
export function useBookName(): (book: Book) => string {
  const banks = useQuery(banksQuery);
  return ({ bank_uid, currency }) => {
    const known = banks.data?.data.data;
    if (!known) return currency;
    const bank = known.find(({ uid }) => uid === bank_uid);
    if (!bank?.name) return `${bank_uid.slice(0, 8)}, ${currency}`;
    const isAlone = known.filter(({ name }) => name === bank.name).length === 1;
    return isAlone ? `${bank.name}, ${currency}` : `${bank.name} ${bank.id}, ${currency}`;
  };
}

export function isOf(book: Book): (one: Book) => boolean {
  return (one) => one.bank_uid === book.bank_uid && one.currency === book.currency;
}

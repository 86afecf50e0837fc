/** The books: one for each bank and currency. */

import { useQuery } from "@tanstack/react-query";
import { banksQuery } from "./queries";

export type Book = { bank_uid: string; currency: string };

/** `Harbour Bank, EUR`; the currency alone until the names are there. */
export function useBookName(): (book: Book) => string {
  const banks = useQuery(banksQuery);
  return ({ bank_uid, currency }) => {
    const bank = banks.data?.data.data.find(({ uid }) => uid === bank_uid);
    return bank?.name ? `${bank.name}, ${currency}` : currency;
  };
}

export function isOf(book: Book): (one: Book) => boolean {
  return (one) => one.bank_uid === book.bank_uid && one.currency === book.currency;
}

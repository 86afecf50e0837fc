import { locale } from "../shared/words";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** How long a file is: 12 kB. */
export function bytes(length: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(length, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[power] ?? "byte",
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: power ? 1 : 0,
  });
  return format.format(length / 1000 ** power);
}

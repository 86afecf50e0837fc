/** Sums and comparisons of exact amounts, which are texts. */

function scaled(...texts: string[]): { numbers: bigint[]; decimals: number } {
  const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const numbers = texts.map((text) => {
    const [whole = "0", after = ""] = text.split(".");
    return BigInt(whole + after.padEnd(decimals, "0"));
  });
  return { numbers, decimals };
}

/** The sum, with as many decimals as the most exact of them. */
export function sum(...texts: string[]): string {
  const { numbers, decimals } = scaled("0", ...texts);
  const total = numbers.reduce((all, one) => all + one, 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${total < 0n ? "-" : ""}${whole}${decimals ? `.${digits.slice(-decimals)}` : ""}`;
}

export function isAtMost(one: string, other: string): boolean {
  const { numbers } = scaled(one, other);
  return (numbers[0] ?? 0n) <= (numbers[1] ?? 0n);
}

import { Choice } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { currencyName } from "../shared/words/format";

const USUAL = ["EUR", "USD", "GBP", "CHF", "DKK", "SEK", "NOK", "PLN", "CZK", "JPY"];
const OTHERS = Intl.supportedValuesOf("currency").filter((code) => !USUAL.includes(code));

/** The currency on the receipt: that of the account unless another one is chosen. */
export function Currency({ of, errors }: { of: string; errors?: string[] | undefined }) {
  const words = useWords("reimbursements");
  const codes = [of, ...USUAL.filter((code) => code !== of), ...OTHERS.filter((code) => code !== of)];
  return (
    <Choice
      name="currency"
      label={words("currency")}
      hint={words("otherCurrencyHint")}
      defaultValue={of}
      errors={errors}
      options={codes.map((code) => ({ value: code, label: `${code} · ${currencyName(code)}` }))}
    />
  );
}

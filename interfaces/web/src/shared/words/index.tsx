/** The words of the app in the person's language, from one catalogue of two; each context brings its own part. */

import { type ReactNode, use } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { IntlProvider, useTranslations } from "use-intl";
import type { Messages } from "./en";

export type Language = "en" | "de";
declare module "use-intl" {
  interface AppConfig {
    Messages: Messages;
  }
}

const REGIONS = { en: "en-GB", de: "de-DE" } as const;
const KEPT = "daybook.language";
const kept = localStorage.getItem(KEPT);
const asked = kept === "en" || kept === "de" ? kept : navigator.language.slice(0, 2);

/** German for whoever's browser says so, or who chose it; else English. */
export const language: Language = asked === "de" ? "de" : "en";
/** How numbers and dates are written: as the browser's own region does where it is of that language. */
export const locale = navigator.languages.find((one) => one.startsWith(language) && isLocale(one)) ?? REGIONS[language];

/** Shows the app in another language from now on. */
export function speak(other: Language): void {
  localStorage.setItem(KEPT, other);
  location.reload();
}

let loading: Promise<Messages> | undefined;
/** Begins to load the words; asked again, it answers the same. */
export function loadWords(): Promise<Messages> {
  loading ??= language === "de" ? import("./de").then((it) => it.de) : import("./en").then((it) => it.en);
  return loading;
}

export function Words({ children }: { children: ReactNode }) {
  const messages = use(loadWords());
  document.documentElement.lang = language;
  return (
    <I18nProvider locale={locale}>
      <IntlProvider locale={locale} messages={messages} timeZone={zone} onError={fail}>
        {children}
      </IntlProvider>
    </I18nProvider>
  );
}

function fail(error: Error): void {
  throw error;
}

/** The time zone that times are shown in. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const useWords = useTranslations;

/** Some browsers name a language as the machine does, such as `en-US@posix`, which is none to `Intl`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

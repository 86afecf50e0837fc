import { type ReactNode, useEffect } from "react";
import { Button } from "../shared/ui/Button";
import { language, speak, useWords } from "../shared/words";
import "./shell.css";

/** What whoever is in no part of the app sees: the name of the place, one thing to do, and the other language. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  const words = useWords("shell");
  useEffect(() => {
    document.title = `${title} · Daybook`;
  }, [title]);
  return (
    <main className="door stack">
      <p className="brand">Daybook</p>
      <h1>{title}</h1>
      {children}
      <p>
        <Button kind="plain" small onPress={() => speak(language === "de" ? "en" : "de")}>
          {words("otherLanguage")}
        </Button>
      </p>
    </main>
  );
}

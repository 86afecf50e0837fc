/** Light or dark: as the system says, unless the person chose. */

const KEPT = "daybook.theme";
export type Theme = "system" | "light" | "dark";

export const theme = {
  chosen(): Theme {
    const kept = localStorage.getItem(KEPT);
    return kept === "light" || kept === "dark" ? kept : "system";
  },
  choose(next: Theme): void {
    if (next === "system") localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, next);
    theme.apply();
  },
  apply(): void {
    const chosen = theme.chosen();
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  },
};

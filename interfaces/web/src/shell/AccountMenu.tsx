import { useNavigate } from "@tanstack/react-router";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { useMe } from "../shared/api/me";
import { session, signOut } from "../shared/api/session";
import { type Theme, theme } from "../shared/theme";
import { Button } from "../shared/ui/Button";
import { say } from "../shared/ui/toasts";
import { language, speak, useWords } from "../shared/words";

const THEMES: Theme[] = ["system", "light", "dark"];

/** The way out, to one's own sessions, and to how the app looks and speaks; open, since it was loaded to be. */
export default function AccountMenu() {
  const words = useWords("shell");
  const { name } = useMe();
  const go = useNavigate();
  return (
    <MenuTrigger defaultOpen>
      <Button kind="plain" aria-label={words("account", { name })}>
        {name} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover">
        <Menu className="menu">
          {!session.isOpen() && (
            <MenuItem className="item" onAction={() => void go({ to: "/account" })}>
              {words("yourSignIn")}
            </MenuItem>
          )}
          {THEMES.map((one) => (
            <MenuItem key={one} className="item" onAction={() => theme.choose(one)}>
              {words(`themes.${one}`)}
            </MenuItem>
          ))}
          <MenuItem className="item" onAction={() => speak(language === "de" ? "en" : "de")}>
            {words("otherLanguage")}
          </MenuItem>
          {!session.isOpen() && (
            <MenuItem className="item" onAction={() => void signOut().catch(() => say(words("notSignedOut")))}>
              {words("signOut")}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

import { useEffect, useRef } from "react";

/** Single letters as keys, wherever nobody types and nothing else takes them. */
export function useKeys(keys: Record<string, () => void>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const isTyping = (event.target as HTMLElement).closest(
        "input:not([type=checkbox]), textarea, select, [role=dialog]",
      );
      if (isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

import { Link } from "@tanstack/react-router";
import { useWords } from "../shared/words";

/** The policy, and the rates by which it counts other currencies. */
export function PolicyTabs() {
  const words = useWords("banks.policies");
  return (
    <nav className="tabs" aria-label={words("title")}>
      <Link to="/policies" className="tab" activeOptions={{ exact: true }}>
        {words("title")}
      </Link>
      <Link to="/policies/rates" className="tab">
        {words("rates")}
      </Link>
    </nav>
  );
}

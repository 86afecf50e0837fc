import { Link, Outlet } from "@tanstack/react-router";
import { useWords } from "../shared/words";

export function Root() {
  return <Outlet />;
}

export function Missing() {
  const words = useWords("shared");
  return (
    <main className="stack door">
      <h1>{words("missing")}</h1>
      <p>
        <Link to="/">{words("missingNext")}</Link>
      </p>
    </main>
  );
}

import { Link, Outlet } from "@tanstack/react-router";
import { useWords } from "../shared/words";
import { Door } from "./Door";

export function Root() {
  return <Outlet />;
}

export function Missing() {
  const words = useWords("shared");
  return (
    <Door title={words("missing")}>
      <p>
        <Link to="/">{words("missingNext")}</Link>
      </p>
    </Door>
  );
}

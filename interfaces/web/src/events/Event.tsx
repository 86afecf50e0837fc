import { useParams } from "@tanstack/react-router";
import { Page } from "../shared/ui/Page";

/** One event of the log. */
export function Event() {
  const { position } = useParams({ from: "/signed-in/events/$position" });
  return <Page title={position}>{null}</Page>;
}

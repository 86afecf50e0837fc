/** Ways within the app alone: an address of elsewhere would lead people off with their trust. */
export function wayInto(to: unknown): string {
  if (typeof to !== "string" || !/^\/(?![/\\])/.test(to)) return "/app/";
  const path = to.replace(/^\/app(?=\/|$)/, "") || "/"; // as the address bar has it
  return path.startsWith("/sign-in") ? "/app/" : `/app${path}`;
}

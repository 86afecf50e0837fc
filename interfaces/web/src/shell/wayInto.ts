/** Ways within the app alone: an address of elsewhere would lead people off with their trust. */
export function wayInto(to: unknown): string {
  return typeof to === "string" && /^\/(?![/\\])/.test(to) && !to.startsWith("/sign-in") ? `/app${to}` : "/app/";
}

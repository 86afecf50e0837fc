export function OneType() {
  return null;
}

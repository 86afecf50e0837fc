const PROGRAMS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Windows/, "Windows"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** What a browser or program calls itself, as people call it: "Firefox, Linux". */
export function clientName(client: string): string {
  const first = (names: [RegExp, string][]) => names.find(([sign]) => sign.test(client))?.[1];
  const program = first(PROGRAMS) ?? client.split(/[/ ]/)[0] ?? "";
  return [program, first(SYSTEMS)].filter(Boolean).join(", ");
}

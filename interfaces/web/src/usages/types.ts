/** Usage types as people choose them: by name, then by what they are counted in. */

import type { UsageType } from "./queries";

/** Units of one dimension; the API takes all that measure the same, these are the ones in common use. */
const COMMON = [
  ["Wh", "kWh", "MWh", "GWh", "kJ", "MJ", "GJ", "BTU", "therm", "kcal"],
  ["g", "kg", "t", "lb", "oz"],
  ["ml", "l", "hl", "m3", "gal", "ft3"],
  ["m", "km", "mi"],
  ["s", "min", "h", "day"],
];

/** What amounts of a type may be given in. */
export function unitsOf(unit: string): string[] {
  const same = (one: string) => one.toLowerCase() === unit.toLowerCase();
  const found = COMMON.find((units) => units.some(same)) ?? [unit];
  return found.map((one) => (same(one) ? unit : one));
}

/** How a unit is written: what the API has in small letters, as it is known. */
export function unitText(unit: string): string {
  return (
    COMMON.flat()
      .find((one) => one.toLowerCase() === unit.toLowerCase())
      ?.replace("3", "³") ?? unit
  );
}

/** `heating (m³)`: with the unit where there are several of the name. */
export function typeText(type: UsageType, types: readonly UsageType[]): string {
  const isAlone = types.every((one) => one.id === type.id || one.name !== type.name);
  return isAlone ? type.name : `${type.name} (${unitText(type.unit)})`;
}

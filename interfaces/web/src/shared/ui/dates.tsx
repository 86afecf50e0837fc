/**
 * Days and moments to type or to pick from a calendar.
 *
 * They bring a calendar with them, so only screens that are loaded lazily import this file.
 */

import {
  type CalendarDate,
  now,
  parseAbsolute,
  parseDate,
  toCalendarDateTime,
  toZoned,
  type ZonedDateTime,
} from "@internationalized/date";
import { type ReactNode, useState } from "react";
import { Calendar, CalendarCell, CalendarGrid } from "react-aria-components/Calendar";
import { DateSegment, DateInput as Segments } from "react-aria-components/DateField";
import { DatePicker, type DatePickerProps, type DateValue } from "react-aria-components/DatePicker";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Heading } from "react-aria-components/Heading";
import { Label } from "react-aria-components/Label";
import { Popover } from "react-aria-components/Popover";
import { useWords, zone as zoneHere } from "../words";
import { offsetText } from "../words/format";
import { Button } from "./Button";
import { Below, Choice, type FieldProps } from "./Fields";

type Common = FieldProps & {
  /** Controlled: text as the form sends it, empty for none. */
  value?: string | undefined;
  defaultValue?: string | undefined;
  onChange?: (text: string) => void;
  isRequired?: boolean;
  isDisabled?: boolean;
  autoFocus?: boolean;
  /** The first and the last that can be chosen, written as the value is. */
  min?: string;
  max?: string;
};

/** A year that is still being typed: 2, 20 and 202 on the way to 2026. */
const isUnderway = (day: CalendarDate | null) => day !== null && day.year < 1000;

/** A day; its form gets it as `2026-03-14`. */
export function DateInput({ value, defaultValue, onChange, min, max, ...props }: Common) {
  // Whoever filters by a day is not to ask for those of the year 2; what was typed over another value counts no more.
  const [underway, setUnderway] = useState<{ day: CalendarDate | null; over: string | undefined }>();
  const shown = underway?.over === value && underway ? underway.day : dayOf(value);

  function change(chosen: CalendarDate | null): void {
    setUnderway(isUnderway(chosen) ? { day: chosen, over: value } : undefined);
    if (!isUnderway(chosen)) onChange?.(chosen?.toString() ?? "");
  }
  return (
    <Picker<CalendarDate>
      {...props}
      {...(value === undefined ? { defaultValue: dayOf(defaultValue) } : { value: shown })}
      onChange={change}
      minValue={dayOf(min) ?? undefined}
      maxValue={dayOf(max) ?? undefined}
    />
  );
}

function dayOf(text: string | undefined): CalendarDate | null {
  return text ? parseDate(text.slice(0, 10)) : null;
}

/**
 * A date and a time of a zone, which is shown beside them; its form gets `2026-03-14T18:30:00+01:00`.
 *
 * Where clocks go back a time comes twice, and which of them is meant is asked. Where they go forward a time is
 * missing, and the field goes on to the hour that followed.
 */
export function DateTimeInput({ zone = zoneHere, ...props }: Common & { zone?: string }) {
  const { name, value, defaultValue, onChange, min, max, ...rest } = props;
  const [own, setOwn] = useState(() => momentOf(defaultValue, zone));
  const chosen = value === undefined ? own : momentOf(value, zone);

  function change(next: ZonedDateTime | null): void {
    setOwn(next);
    onChange?.(next ? rfc3339(next) : "");
  }
  return (
    <Picker<ZonedDateTime>
      {...rest}
      name={name}
      // Its own hidden input writes the zone's name, which the API does not read: it stays out of the form.
      form=""
      value={chosen}
      onChange={change}
      granularity="minute"
      placeholderValue={now(zone).set({ hour: 12, minute: 0, second: 0, millisecond: 0 })}
      minValue={momentOf(min, zone) ?? undefined}
      maxValue={momentOf(max, zone) ?? undefined}
      shouldForceLeadingZeros
    >
      <input type="hidden" name={name} value={chosen ? rfc3339(chosen) : ""} />
      {chosen && <Twice name={name} chosen={chosen} onChange={change} />}
    </Picker>
  );
}

function momentOf(text: string | undefined, zone: string): ZonedDateTime | null {
  return text ? parseAbsolute(text, zone) : null;
}

/** As RFC 3339 with the offset of the zone at that time, without its name. */
export function rfc3339(moment: ZonedDateTime): string {
  return moment.toString().replace(/\[.*\]$/, "");
}

/** A moment of now for `defaultValue`, without seconds. */
export function rightNow(zone = zoneHere): string {
  return rfc3339(now(zone).set({ second: 0, millisecond: 0 }));
}

type TwiceProps = { name: string; chosen: ZonedDateTime; onChange: (moment: ZonedDateTime) => void };

/** Asks which one is meant of a time that clocks show twice. */
function Twice({ name, chosen, onChange }: TwiceProps) {
  const words = useWords("shared");
  const local = toCalendarDateTime(chosen);
  const both = [toZoned(local, chosen.timeZone, "earlier"), toZoned(local, chosen.timeZone, "later")] as const;
  const isTwice =
    both.every((one) => toCalendarDateTime(one).compare(local) === 0) && both[0].offset !== both[1].offset;
  if (!isTwice) return null;
  return (
    <Choice
      name={`${name}-which`}
      label={words("timeComesTwice")}
      options={[
        { value: rfc3339(both[0]), label: words("firstTime", { offset: offsetText(both[0].offset) }) },
        { value: rfc3339(both[1]), label: words("secondTime", { offset: offsetText(both[1].offset) }) },
      ]}
      value={rfc3339(chosen)}
      onChange={(text) => onChange(parseAbsolute(text, chosen.timeZone))}
    />
  );
}

type PickerProps<T extends DateValue> = FieldProps &
  Omit<DatePickerProps<T>, "children" | "className" | "name"> & { children?: ReactNode };

/** The field of both: what can be typed, and the calendar behind its button. */
function Picker<T extends DateValue>({ label, hint, children, ...props }: PickerProps<T>) {
  return (
    <DatePicker {...props} className="field">
      <Label className="label">{label}</Label>
      <Group className="input picker">
        <Segments className="segments">{(segment) => <DateSegment segment={segment} className="segment" />}</Segments>
        <Button kind="plain" small>
          <CalendarSign />
        </Button>
      </Group>
      {children}
      <Below hint={hint} />
      <Popover className="popover">
        <Dialog className="calendar-dialog">
          <Calendar className="calendar">
            <header>
              <Button slot="previous" kind="plain" small>
                ‹
              </Button>
              <Heading className="heading" level={2} />
              <Button slot="next" kind="plain" small>
                ›
              </Button>
            </header>
            <CalendarGrid weekdayStyle="short">{(date) => <CalendarCell date={date} className="date" />}</CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}

function CalendarSign() {
  return (
    <svg className="sign" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2 4h12v10H2zM2 7h12M5 2v3M11 2v3" />
    </svg>
  );
}

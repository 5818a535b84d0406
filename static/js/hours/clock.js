// Hours as people type them, read like web/forms/hours.py does, which alone decides; and in words.
import { DAY, merge } from "./spans.js";

const CLOCK = String.raw`(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|a\.m\.|p\.m\.)?`;
const SPAN = new RegExp(String.raw`^${CLOCK}\s*(?:-|–|—|to|until)\s*${CLOCK}$`);

function minuteOf(hour, minute, half) {
  const hours = Number(hour);
  const minutes = Number(minute ?? 0);
  if (minutes > 59) return null;
  if (half) {
    if (hours < 1 || hours > 12) return null;
    return (hours % 12) * 60 + minutes + (half.startsWith("p") ? 720 : 0);
  }
  return hours * 60 + minutes <= DAY ? hours * 60 + minutes : null;
}

function readSpan(text) {
  const read = SPAN.exec(text);
  if (!read) return null;
  const end = minuteOf(read[4], read[5], read[6]);
  let start = minuteOf(read[1], read[2], read[3]);
  if (read[6] && !read[3]) {
    start = minuteOf(read[1], read[2], "pm");
    if (start === null || end === null || start >= end) start = minuteOf(read[1], read[2], "am");
  }
  if (start === null || end === null || start >= (end || DAY)) return null;
  return [start, end || DAY];
}

// The spans of a text; null when it cannot be read.
export function readDay(text) {
  const parts = text.toLowerCase().split(/[,;\n]|\band\b/);
  const spans = parts.map((part) => part.trim()).filter(Boolean).map(readSpan);
  return spans.includes(null) ? null : merge(spans);
}

const two = (number) => String(number).padStart(2, "0");
const exact = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

export const writeDay = (spans) => spans.map(([a, b]) => `${exact(a)}-${exact(b)}`).join(", ");

// "9:05 am"; both ends of the day are midnight.
export function say(minute) {
  const hour = Math.floor(minute / 60);
  if (minute % DAY === 0) return "midnight";
  return `${((hour + 11) % 12) + 1}:${two(minute % 60)} ${hour < 12 ? "am" : "pm"}`;
}

export const sayAll = (spans) => spans.map(([a, b]) => `${say(a)} – ${say(b)}`).join(", ");

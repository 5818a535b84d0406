// Spans of one day as pairs of wall minutes, half-open, in order; nothing here is ever rounded.
export const DAY = 1440;

export function merge(spans) {
  const merged = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export const add = (spans, start, end) => merge([...spans, [start, end]]);

export function remove(spans, start, end) {
  return spans
    .flatMap(([from, to]) => [[from, Math.min(to, start)], [Math.max(from, end), to]])
    .filter(([from, to]) => from < to);
}

// How much of [start, end) lies in the spans: "all", "some" or "none".
export function cover(spans, start, end) {
  const minutes = spans.reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)),
    0,
  );
  return minutes === 0 ? "none" : minutes === end - start ? "all" : "some";
}

/** @param header of `Retry-After`: seconds, or a date (RFC 9110, 10.2.3) @returns milliseconds */
export function pauseAsked(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^[0-9]{1,6}$/.test(header)) return Number(header) * 1000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}

/** Amounts as people write and read them. 1 KB is 1024 bytes throughout, as in Git's own settings. */

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;
const SIZE = /^([0-9]{1,16})(?:\.([0-9]{1,6}))? ?([kmgt]?b?)$/;

/** Bytes meant by `1mb`, `1.5 GB`, `512k` or `4096`; `null` for anything else. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text.trim().toLowerCase());
  if (!match) return null;
  const [, whole = "", fraction, unit = ""] = match;
  const power = "bkmgt".indexOf(unit.charAt(0) || "b");
  if (fraction !== undefined && power === 0) return null;
  const bytes = Math.floor(Number(`${whole}.${fraction ?? "0"}`) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** "0 B", "1023 B", "1.5 MB", "200 MB". */
export function formatSize(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // Rounded first: 1,048,575 bytes are 1.0 MB, not 1024 KB.
  while (Number(rounded(amount, unit)) >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${rounded(amount, unit)} ${UNITS[unit] ?? ""}`;
}

function rounded(amount: number, unit: number): string {
  return amount.toFixed(unit === 0 || amount >= 99.95 ? 0 : 1);
}

/** "0.4 s", "12 s", "3 min 5 s", "2 h 3 min", "4 d 2 h". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return twoUnits(whole, 60, "min", "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", "min");
  return twoUnits(Math.round(minutes / 60), 24, "d", "h");
}

function twoUnits(amount: number, per: number, big: string, small: string): string {
  const rest = amount % per;
  return `${Math.floor(amount / per)} ${big}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** Seconds meant by `14d`, `12h`, `30m`, `90s`; `null` for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^([0-9]{1,6})([smhd])$/.exec(text.trim().toLowerCase());
  if (!match) return null;
  const per = { s: 1, m: 60, h: 3600, d: 86400 }[match[2] ?? ""] ?? 0;
  return Number(match[1]) * per;
}

/** "1,234 payloads", "1 payload"; without a noun just the number. */
export function formatCount(count: number, noun?: string, plural?: string): string {
  const digits = String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
  if (noun === undefined) return digits;
  return `${digits} ${count === 1 ? noun : (plural ?? `${noun}s`)}`;
}

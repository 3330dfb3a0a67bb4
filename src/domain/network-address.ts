/**
 * Addresses that only this machine or this network can reach. A commit must not make whoever
 * clones it talk to them: behind them are metadata services and routers, not remotes.
 */

/** First address and prefix length; from the IANA special-purpose registries. */
const SPECIAL_V4: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/**
 * Is this literal IPv4 or IPv6 address one of the public Internet? To be asked of a host in a
 * committed URL, and again of what its name resolved to. False for text that is no address.
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== null) return isPublicV4(v4);
  const v6 = parseV6(address);
  return v6 !== null && isPublicV6(v6);
}

/** Four decimal numbers, or anything with a colon: a literal address rather than a name. */
export function isAddressLiteral(host: string): boolean {
  return parseV4(host) !== null || host.includes(":");
}

function isPublicV4(address: number): boolean {
  return !SPECIAL_V4.some(([first, length]) => {
    const shift = 32 - length;
    return Math.floor(address / 2 ** shift) === Math.floor((parseV4(first) ?? 0) / 2 ** shift);
  });
}

function isPublicV6(groups: readonly number[]): boolean {
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups;
  const lowest = g6 * 65536 + g7;
  const zero = g2 === 0 && g3 === 0 && g4 === 0;
  // Addresses that carry an IPv4 address lead where that one leads.
  if (g0 === 0 && g1 === 0 && zero && g5 === 0xffff) return isPublicV4(lowest);
  if (g0 === 0x64 && g1 === 0xff9b && zero && g5 === 0) return isPublicV4(lowest);
  if (g0 === 0x2002) return isPublicV4(g1 * 65536 + g2);
  // 2001:0::/23 holds Teredo and other protocol assignments, 2001:db8::/32 and 3fff::/20 examples.
  if (g0 === 0x2001 && (g1 < 0x200 || g1 === 0xdb8)) return false;
  if (g0 === 0x3fff && g1 < 0x1000) return false;
  return g0 >= 0x2000 && g0 <= 0x3fff;
}

function parseV4(text: string): number | null {
  const match = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text);
  if (!match) return null;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}

function parseV6(text: string): number[] | null {
  const [bare = ""] = text.replace(/^\[|\]$/g, "").split("%");
  const dotted = /^(.*:)([0-9.]+)$/.exec(bare);
  const v4 = dotted?.[2]?.includes(".") ? parseV4(dotted[2]) : null;
  const hex =
    v4 === null
      ? bare
      : `${dotted?.[1] ?? ""}${Math.floor(v4 / 65536).toString(16)}:${(v4 % 65536).toString(16)}`;
  const halves = hex.split("::");
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const groups = [...head, ...Array<string>(gap).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.map((group) => parseInt(group, 16));
}

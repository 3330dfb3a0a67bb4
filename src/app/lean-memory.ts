/** Keeps what the process takes from the machine close to what it needs. */
import { setFlagsFromString } from "node:v8";

/** V8 12 is Node 22's. A later one may not know the flag any more, and would say so on stderr. */
const LAST_WITH_GROWTH_FACTOR = 12;

/**
 * Left alone, V8 lets garbage grow to several times what is in use before it collects: for ten thousand
 * payloads that is three times the memory, for a tenth less time. Both flags are read at each
 * collection, so they may be set while the program runs (nodejs.org/api/v8.html).
 */
export function useLittleMemory(): void {
  setFlagsFromString("--optimize-for-size");
  const v8 = Number.parseInt(process.versions.v8, 10);
  // The young generation stays at the 1 MiB it begins with.
  if (v8 <= LAST_WITH_GROWTH_FACTOR) setFlagsFromString("--semi-space-growth-factor=1");
}

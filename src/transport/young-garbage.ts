/**
 * What comes from a socket lies in a new buffer of 64 KiB each time. V8 sees the small objects that
 * stand for them, and what they hold on to only when that has become much: then it looks through
 * everything there is, a hundred times in a GiB, for a third of the processor time. Looking through the
 * youngest objects alone, before that, costs a twentieth.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** As `node --expose-gc` has it; absent where V8 calls it something else one day. */
type Collect = (options: { readonly type: "minor" }) => void;

/** Well below the 8 MiB at which V8 begins to look through everything. */
const ENOUGH = 2 * 1024 * 1024;

let collect: Collect | undefined;
let gathered = 0;

/** @param bytes of memory in buffers of their own, large ones, that nobody needs any more */
export function discardedBuffers(bytes: number): void {
  gathered += bytes;
  if (gathered < ENOUGH) return;
  gathered = 0;
  collect ??= collector();
  collect({ type: "minor" });
}

function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("typeof gc === 'function' ? gc : undefined");
  return (found as Collect | undefined) ?? (() => undefined);
}

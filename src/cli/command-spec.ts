/** What the table of commands says of one. */
import type { Run } from "./host.js";

export type Example = readonly [line: string, does: string];

/** One command: what is parsed, and what is said of it in `--help` and the documentation. */
export interface CommandSpec {
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, text: string])[];
  /** Pairs that exclude each other. */
  readonly conflicts?: readonly (readonly [flags: string, text: string, others: string[]])[];
  /** Command lines as they are typed, each with what it does; every one must parse. */
  readonly examples: readonly Example[];
  readonly load: () => Promise<{ run: Run }>;
}

/** What blobsy sets in Git's configuration, apart from hooks. */
import type { DetectChoice } from "./detect.js";
import { filterLine, mergeDriverLine, textconvLine, type Program } from "./hook-files.js";

export interface FilterSettings {
  readonly program: Program;
  readonly choice: DetectChoice;
  /** The command line of the monitor script. */
  readonly monitor: string;
  readonly skipSmudge: boolean;
  readonly withMergeDriver: boolean;
  /** How diffs show ref files. */
  readonly withTextconv: boolean;
}

export function filterConfig(settings: FilterSettings): Map<string, string> {
  const { program, choice } = settings;
  const set = new Map([
    ["filter.blobsy.process", filterLine(program)],
    ["filter.blobsy.required", "false"],
  ]);
  if (settings.withTextconv) set.set("diff.blobsy.textconv", textconvLine());
  if (settings.withMergeDriver) {
    set.set("merge.blobsy.name", "blobsy: merge what ref files refer to");
    set.set("merge.blobsy.driver", mergeDriverLine(program));
    // Among several merge bases nobody is to be asked: Git goes on with their common ancestor's.
    set.set("merge.blobsy.recursive", "binary");
  }
  if (choice.detect === "monitor") {
    set.set("core.fsmonitor", settings.monitor);
    if (choice.previous !== undefined) set.set("blobsy.fsmonitor", choice.previous);
  } else if (choice.chosen) {
    set.set("blobsy.detect", choice.detect);
  }
  if (settings.skipSmudge) set.set("blobsy.skipSmudge", "true");
  return set;
}

/** Where a worktree and its Git directories are. All paths are absolute, without a trailing slash. */
export interface Repository {
  /** Top of this worktree. */
  readonly worktree: string;
  /** This worktree's own git dir (`.git`, or `.git/worktrees/<name>`). */
  readonly gitDir: string;
  /** The git dir shared by all worktrees. */
  readonly commonDir: string;
  /** Top of the main worktree: what a `local:` remote is relative to. */
  readonly mainWorktree: string;
  /** `<commonDir>/blobsy`: store, proofs, pins. */
  readonly sharedState: string;
  /** `<gitDir>/blobsy/worktree`: stat cache, journals, lock. */
  readonly worktreeState: string;
}

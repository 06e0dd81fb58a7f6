/** Tells when files of an app were saved; what a build writes does not count. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { passedOver } from '../hyperapp/project/files.ts';

/** Editors write a file in several steps, and a person saves several files. */
const quietMs = 150;

export interface Watching {
  /** Resolves when the last run is through. */
  stop(): Promise<void>;
}

/** Runs `saved` after each burst of saves, one at a time; a save during a run leads to one more. */
export function watchApp(folder: string, saved: () => Promise<void>): Watching {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const run = () => {
    if (running) {
      again = true;
      return;
    }
    running = saved().finally(() => {
      running = undefined;
      if (again && !stopped) run();
      again = false;
    });
  };
  const changed = (file: string) => {
    const parts = file.split(/[\\/]/);
    // pkg/manifest.json is the person's; all else in pkg/ is made.
    const counts =
      file === path.join('pkg', 'manifest.json') || !parts.some((part) => passedOver.has(part) || part.startsWith('.'));
    if (!counts || stopped) return;
    clearTimeout(timer);
    timer = setTimeout(run, quietMs);
  };
  // A folder like node_modules may be large: only what counts is watched, folder by folder.
  const watchers = new Map<string, fs.FSWatcher>();
  const watch = (relative: string) => {
    const absolute = path.join(folder, relative);
    if (stopped || watchers.has(relative)) return;
    let watcher: fs.FSWatcher;
    try {
      watcher = fs.watch(absolute, (_event, name) => {
        if (name === null) return;
        const file = path.join(relative, name);
        changed(file);
        follow(file);
      });
    } catch {
      // It was removed between the listing and now.
      return;
    }
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(relative);
    });
    watchers.set(relative, watcher);
    for (const entry of fs.readdirSync(absolute, { withFileTypes: true }))
      if (entry.isDirectory()) follow(path.join(relative, entry.name));
  };
  const follow = (relative: string) => {
    const name = path.basename(relative);
    const watched = relative === 'pkg' || !(name.startsWith('.') || passedOver.has(name));
    if (!watched || relative.startsWith(`pkg${path.sep}`)) return;
    const stat = fs.statSync(path.join(folder, relative), { throwIfNoEntry: false });
    if (stat?.isDirectory()) watch(relative);
    else if (!stat) {
      watchers.get(relative)?.close();
      watchers.delete(relative);
    }
  };
  watch('');
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      await running;
    },
  };
}

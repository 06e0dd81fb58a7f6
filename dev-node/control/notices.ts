/** Notifications of one connection: what happened since the last one, at most one of a kind in each interval. */
export interface Notice {
  /** Something happened: a notification is due. */
  raise(): void;
  dispose(): void;
}

/**
 * Calls `send` at most once in `intervalMs`, beginning one interval after the first `raise`. `send` reads what is new by
 * itself.
 */
export function createNotice(intervalMs: number, send: () => void): Notice {
  let timer: NodeJS.Timeout | undefined;
  return {
    raise() {
      if (timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        send();
      }, intervalMs);
    },
    dispose() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

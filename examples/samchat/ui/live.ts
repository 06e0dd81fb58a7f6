import { base } from './api.ts';

const pollEvery = 3000;
const longestWait = 15_000;

/**
 * Calls `refresh` when the backend says that something changed. While its WebSocket cannot be opened, asks every few
 * seconds instead; `tell` is told which of the two it is.
 */
export function stayLive(refresh: () => void, tell: (isLive: boolean) => void): void {
  let wait = 1000;
  let poll: ReturnType<typeof setInterval> | undefined;

  function connect(): void {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${base}/ws`);
    socket.onopen = () => {
      wait = 1000;
      clearInterval(poll);
      poll = undefined;
      tell(true);
      refresh();
    };
    socket.onmessage = refresh;
    socket.onclose = () => {
      tell(false);
      poll ??= setInterval(refresh, pollEvery);
      setTimeout(connect, wait);
      wait = Math.min(longestWait, wait * 2);
    };
  }

  connect();
}

import { sendRequest } from './messages.ts';
import { bytesOf } from './text.ts';

/** Resolves after `milliseconds`. The manifest must grant messaging to `timer:distro:sys`, or the process be public. */
export async function sleep(milliseconds: number): Promise<void> {
  const whole = Math.max(0, Math.round(milliseconds));
  // One second more than process_lib gives, so that a timer that is a little late is no timeout (other-modules.md §1).
  await sendRequest('our@timer:distro:sys', bytesOf(`{"SetTimer":${whole}}`), {
    timeoutSeconds: Math.floor(whole / 1000) + 2,
  });
}

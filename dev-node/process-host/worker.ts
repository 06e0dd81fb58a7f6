/**
 * A process's thread. It waits, started ahead of need, for the process it will be; runs `init`; tells how that ended.
 * Entry point of the worker file; everything else it needs comes over its port.
 */
import { getHeapStatistics } from 'node:v8';
import { type MessagePort, workerData } from 'node:worker_threads';
import { WorkerChannel } from './channel.ts';
import { runProcess } from './run-process.ts';

/** What host.ts gives a new worker. */
export interface WorkerSetting {
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
}

const { port, control } = workerData as WorkerSetting;
const channel = new WorkerChannel(port, control);
channel.exited(runProcess(channel.boot(), channel, () => getHeapStatistics().used_heap_size));
port.close();

import type { ChildProcess } from 'node:child_process';

export interface ServedVscode {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly pid: ChildProcess['pid'];
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}
export const quietSettings: Readonly<Record<string, unknown>>;
export function installVscode(): boolean;
export function freePort(wanted?: number): Promise<number>;
export function writeUserSettings(dataDir: string, settings: Readonly<Record<string, unknown>>): void;
export function installVsix(dataDir: string, vsix: string): Promise<void>;
export function serveVscode(options: {
  dataDir: string;
  port?: number;
  env?: Record<string, string>;
  trust?: boolean;
  token?: string;
}): Promise<ServedVscode>;

/** The requests of storage.md §2.1, validated; and which capability each needs (§2.3). */
import * as v from 'valibot';
import { i64, parseBody, readAction, u64 } from '../body.ts';

const newPath = v.object({ new_path: v.string() });

const payloads = {
  CreateDrive: v.null(),
  CreateDir: v.null(),
  CreateDirAll: v.null(),
  CreateFile: v.null(),
  OpenFile: v.object({ create: v.boolean() }),
  CloseFile: v.null(),
  Write: v.null(),
  WriteAll: v.null(),
  Append: v.null(),
  SyncAll: v.null(),
  Read: v.null(),
  ReadDir: v.null(),
  ReadToEnd: v.null(),
  ReadExact: v.object({ length: u64 }),
  ReadToString: v.null(),
  Seek: v.union([v.object({ Start: u64 }), v.object({ End: i64 }), v.object({ Current: i64 })]),
  RemoveFile: v.null(),
  RemoveDir: v.null(),
  RemoveDirAll: v.null(),
  Rename: newPath,
  Metadata: v.null(),
  AddZip: v.null(),
  CopyFile: newPath,
  Len: v.null(),
  SetLen: u64,
  Hash: v.null(),
} as const;

type Payloads = { [K in keyof typeof payloads]: v.InferOutput<(typeof payloads)[K]> };
export type VfsAction = { [K in keyof Payloads]: { readonly name: K; readonly payload: Payloads[K] } }[keyof Payloads];
export type VfsActionName = keyof Payloads;

const readActions: readonly VfsActionName[] = [
  'Read',
  'ReadDir',
  'ReadExact',
  'ReadToEnd',
  'ReadToString',
  'Seek',
  'Hash',
  'Metadata',
  'Len',
];

/** Whether reading is all that the action does to its path. */
export function isReadAction(name: VfsActionName): boolean {
  return readActions.includes(name);
}

const envelope = v.object({ path: v.string(), action: v.unknown() });

export interface VfsRequest {
  readonly path: string;
  readonly action: VfsAction;
}

/** Undefined: MalformedRequest. */
export function parseVfsRequest(body: Uint8Array): VfsRequest | undefined {
  const request = v.safeParse(envelope, parseBody(body));
  if (!request.success) return undefined;
  const action = readAction(request.output.action);
  if (!action || !Object.hasOwn(payloads, action.name)) return undefined;
  const name = action.name as VfsActionName;
  const parsed = v.safeParse(payloads[name], action.payload);
  if (!parsed.success) return undefined;
  return { path: request.output.path, action: { name, payload: parsed.output } as VfsAction };
}

/** The requests that the app-store's processes understand, validated (packages.md §7.2, §7.7). */
import * as v from 'valibot';
import { option, packageIdObject, parseBody, readAction } from '../body.ts';

/** metadata.json with `code_hashes` as pairs; only `wit_version` is used, but all of it must be there (§7.2). */
export const onchainMetadata = v.object({
  name: option(v.string()),
  description: option(v.string()),
  image: option(v.string()),
  external_url: option(v.string()),
  animation_url: option(v.string()),
  properties: v.object({
    package_name: v.string(),
    publisher: v.string(),
    current_version: v.string(),
    mirrors: v.array(v.string()),
    code_hashes: v.array(v.tuple([v.string(), v.string()])),
    license: option(v.string()),
    screenshots: option(v.array(v.string())),
    wit_version: option(v.pipe(v.number(), v.integer(), v.minValue(0))),
    dependencies: option(v.array(v.string())),
  }),
});

const storePayloads = {
  NewPackage: v.object({ package_id: packageIdObject, mirror: v.boolean() }),
  Install: v.object({ package_id: packageIdObject, version_hash: v.string(), metadata: option(onchainMetadata) }),
  Uninstall: packageIdObject,
  Apis: v.null(),
  GetApi: packageIdObject,
} as const;

const downloadsPayloads = {
  AddDownload: v.object({ package_id: packageIdObject, version_hash: v.string(), mirror: v.boolean() }),
  StartMirroring: packageIdObject,
  StopMirroring: packageIdObject,
  GetFiles: v.nullable(packageIdObject),
  RemoveFile: v.object({ package_id: packageIdObject, version_hash: v.string() }),
  MirrorCheck: packageIdObject,
  RemoteDownload: v.object({ package_id: packageIdObject, desired_version_hash: v.string() }),
} as const;

const chainPayloads = {
  GetApp: packageIdObject,
  GetApps: v.null(),
  GetOurApps: v.null(),
  StartAutoUpdate: packageIdObject,
  StopAutoUpdate: packageIdObject,
  Reset: v.null(),
} as const;

type Requests<P extends Readonly<Record<string, v.GenericSchema>>> = {
  [K in keyof P]: { readonly name: K; readonly payload: v.InferOutput<P[K]> };
}[keyof P];

function reader<P extends Readonly<Record<string, v.GenericSchema>>>(payloads: P) {
  return (body: Uint8Array): Requests<P> | undefined => {
    const action = readAction(parseBody(body));
    if (!action || !Object.hasOwn(payloads, action.name)) return undefined;
    const schema = payloads[action.name];
    const parsed = schema && v.safeParse(schema, action.payload);
    return parsed?.success ? ({ name: action.name, payload: parsed.output } as Requests<P>) : undefined;
  };
}

export type StoreRequest = Requests<typeof storePayloads>;
/** Undefined: not a request of the store's; it gets no answer. */
export const parseStoreRequest = reader(storePayloads);
export const parseDownloadsRequest = reader(downloadsPayloads);
export const parseChainRequest = reader(chainPayloads);

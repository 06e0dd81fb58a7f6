/** Process and package ids in parts, and the guest library's stricter reading of them (kernel.md §1.1, §1.2). */

export interface ProcessIdParts {
  readonly process: string;
  readonly packageName: string;
  readonly publisher: string;
}

/** The runtime's lenient parse: three non-empty parts around two colons, any characters. */
export function splitProcessId(id: string): ProcessIdParts | undefined {
  const [process, packageName, publisher, ...more] = id.split(':');
  return process && packageName && publisher && more.length === 0 ? { process, packageName, publisher } : undefined;
}

/** The strict parse of the guest library, which the app-store applies to manifests (§1.2). */
export function isGuestProcessId(id: string): boolean {
  return /^[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-.]+$/.test(id);
}

/** The strict parse of the guest library for `package-name:publisher`. */
export function isGuestPackageId(id: string): boolean {
  return /^[a-z0-9-]+:[a-z0-9-.]+$/.test(id);
}

import manifest from '../../package.json' with { type: 'json' };

/**
 * Where the page of a rule can be read: docs/rules/HWxxx.md in the repository that package.json names as `homepage`.
 * Undefined while it names none. A command link is not possible here; the protocol wants an address.
 */
export function rulePage(code: string): string | undefined {
  const { homepage } = manifest as { homepage?: string };
  const repository = homepage?.replace(/[#?].*$/, '').replace(/\/$/, '');
  return repository && `${repository}/blob/main/docs/rules/${code}.md`;
}

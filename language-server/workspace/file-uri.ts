import { fileURLToPath, pathToFileURL } from 'node:url';

/** The absolute path of a `file:` URI, or undefined for any other scheme (untitled documents, virtual workspaces). */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const file = fileURLToPath(uri);
    // VS Code writes drive letters small, Node as it gets them; one spelling, or a file would be two.
    return file.replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  } catch {
    // A remote host in the URI: no file of this machine.
    return undefined;
  }
}

export function uriOf(file: string): string {
  return pathToFileURL(file).href;
}

/** Where the nodes of a workspace keep what is theirs: `<workspace>/.hyperware/nodes/<name>/`, never in version control. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** The node's home folder, made if need be, with a .gitignore above it that keeps all of it out of git. */
export async function ensureHome(workspace: string, node: string): Promise<string> {
  const own = path.join(workspace, '.hyperware');
  const home = path.join(own, 'nodes', node);
  await fs.mkdir(home, { recursive: true });
  const ignore = path.join(own, '.gitignore');
  await fs
    .writeFile(ignore, '# Dev nodes: keys, state and traces of this machine.\n*\n', { flag: 'wx' })
    .catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  return home;
}

import type { Call, Import } from '../../model/crate.ts';
import type { ModuleUse } from '../../model/traffic.ts';

const libraries = /^(hyperware_process_lib|kinode_process_lib|hyperware_app_common)::/;

/** Paths of the process library whose use sends to a module (diagnostics.md HW030). */
const modules: readonly (readonly [RegExp, string])[] = [
  [/(^|::)add_to_homepage$/, 'homepage:homepage:sys'],
  [
    /::HttpServer::new$|::http::(server::)?(bind_|unbind_|serve_|send_ws_push|send_ws_client_push)\w*$/,
    'http-server:distro:sys',
  ],
  [/::vfs::(?:\w+::)*[a-z]\w*$/, 'vfs:distro:sys'],
  [/::http::(client::)?(send_request|send_request_await_response|open_ws_connection)\w*$/, 'http-client:distro:sys'],
  [/::eth::Provider::new$|::hypermap::Hypermap::(new|default)$/, 'eth:distro:sys'],
  [/::sqlite::open$/, 'sqlite:distro:sys'],
  [/::kv::open$/, 'kv:distro:sys'],
];

/** Functions of `vfs` that only shape texts. */
const harmless = /::vfs::(?:\w+::)*(parse_\w+|new)$/;

/** Calls of a file that need a module of the node; `use`s of the file say what a name stands for. */
export function readModuleUses(calls: readonly Call[], imports: readonly Import[]): ModuleUse[] {
  const byName = new Map(imports.map((entry) => [entry.name, entry.path]));
  const globs = imports.filter(({ name }) => name === '*').map(({ path }) => path.replace(/::\*$/, ''));
  return calls.flatMap(({ path, isMethod, at }): ModuleUse[] => {
    if (isMethod || path === '') return [];
    const plain = path.replace(/::<[^>]*>/g, '');
    const [first = '', ...rest] = plain.split('::');
    const known = byName.get(first);
    const whole = known ? [known, ...rest].join('::') : plain;
    const candidates = libraries.test(whole) ? [whole] : known ? [] : globs.map((glob) => `${glob}::${plain}`);
    for (const candidate of candidates) {
      if (!libraries.test(candidate) || harmless.test(candidate)) continue;
      const found = modules.find(([pattern]) => pattern.test(candidate));
      if (found) return [{ module: found[1], what: whole.split('::').slice(-2).join('::'), at }];
    }
    return [];
  });
}

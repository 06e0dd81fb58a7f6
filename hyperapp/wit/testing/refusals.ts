/** Sources of which kit makes no WIT. Data, so that anything else can be tried on them too. */
export interface Refusal {
  /** A whole `lib.rs`. */
  readonly source: string;
  /** What a person is told. */
  readonly says: string;
  /** The text it stands under. */
  readonly at: string;
}

const withHandler = (method: string, types = '') =>
  `#[hyperapp(name = "P", endpoints = vec![], save_config = SaveOptions::Never, wit_world = "p-v0")] impl PState {
    ${method}
}
${types}
`;

function refusal(method: string, types: string, at: string, says: string): Refusal {
  return { source: withHandler(method, types), at, says };
}

const handler = (signature: string) => `#[remote] fn ${signature} { todo!() }`;
const unknown = (type: string) =>
  `\`${type}\` is not known to kit: it finds a struct, an enum or a type alias at the top level of the app's own files below src/. Define it there.`;
const digit = (kind: string, name: string) =>
  `${kind} name \`${name}\` contains a digit, which kit does not allow. Say it in letters: \`first_field\`, not \`field1\`.`;
const stream = (kind: string, name: string) =>
  `${kind} name \`${name}\` contains \`stream\`, a reserved word of WIT that kit does not allow. Call it a flow, a channel or a feed.`;

export const refusals: readonly Refusal[] = [
  refusal(handler('f(&self, a: [u8; 32]) -> u8'), '', '[u8; 32]', '`[u8; 32]` has no WIT form. Use `Vec<T>`.'),
  refusal(handler('f(&self, a: &[u8]) -> u8'), '', '[u8]', '`[u8]` has no WIT form. Use `Vec<T>`.'),
  refusal(handler('f(&self, a: (u8)) -> u8'), '', '(u8)', '`(u8)` has no WIT form. Take the parentheses away.'),
  refusal(
    handler('f(&self, a: fn(u8)) -> u8'),
    '',
    'fn(u8)',
    '`fn(u8)` has no WIT form. Use a struct or enum of the app, or a plain type.',
  ),
  refusal(handler('f(&self, a: &str) -> u8'), '', 'str', '`str` has no WIT form. Use `String`.'),
  refusal(handler('f(&self, a: Page<u8>) -> u8'), 'struct Page<T> { items: Vec<T> }', 'T', unknown('T')),
  refusal(
    handler('f(&self, a: Box<S>) -> u8'),
    'struct S;',
    'Box<S>',
    '`Box<S>` has no WIT form: kit does not look into it. Use `S` itself.',
  ),
  refusal(
    handler('f(&self) -> anyhow::Result<u8>'),
    '',
    'anyhow::Result<u8>',
    '`anyhow::Result<u8>` has no WIT form: `Result<T, E>` needs exactly two type arguments.',
  ),
  refusal(
    handler('f(&self, a: HashMap<u8>) -> u8'),
    '',
    'HashMap<u8>',
    '`HashMap<u8>` has no WIT form: a map needs its key and its value: `HashMap<K, V>`.',
  ),
  refusal(handler('f(&self, arg1: u8) -> u8'), '', 'arg1', digit('Parameter', 'arg1')),
  refusal(handler('f2(&self) -> u8'), '', 'f2', digit('Function', 'f2')),
  refusal('#[init] async fn init2(&mut self) {}', '', 'init2', digit('Function', 'init2')),
  refusal(handler('f(&self, upstream_url: String) -> u8'), '', 'upstream_url', stream('Parameter', 'upstream_url')),
  refusal(handler('f(&self, a: A) -> u8'), 'struct A { field1: u8 }', 'field1', digit('Field', 'field1')),
  refusal(handler('f(&self, a: A) -> u8'), 'enum A { Live, Streaming }', 'Streaming', stream('Variant', 'Streaming')),
  refusal(
    handler('f(&self, a: E) -> u8'),
    'enum E { A { x: u8 }, B }',
    'A',
    'Variant `A` of enum `E` has named fields, which WIT does not know. Put them into a struct: `A(AData)`.',
  ),
  refusal(
    handler('f(&self, a: E) -> u8'),
    'enum E { A(u8, u8), B }',
    'A',
    'Variant `A` of enum `E` has 2 unnamed fields; WIT allows one. Put them into a struct or a tuple: `A((A, B))`.',
  ),
  refusal(
    handler('f(&self, a: P) -> u8'),
    'struct P(u8, u8);',
    'P',
    'Struct `P` has 2 unnamed fields, which kit does not write. Give them names.',
  ),
  refusal(handler('f(&self, id: Option<Uuid>) -> u8'), '', 'Uuid', unknown('Uuid')),
  refusal(
    '#[remote] fn f(&self) {}',
    '',
    'f',
    '`f` has no written result. Write one, such as `-> Result<(), String>`.',
  ),
  refusal(
    handler('f(&self) -> ()'),
    '',
    '()',
    '`f` returns nothing, which has no WIT form. Return `Result<(), String>` or `bool`.',
  ),
  refusal(
    'fn helper(&self) -> u8 { 0 }',
    '',
    'helper',
    "`helper` has no handler attribute, and kit stops at such a method in the macro's block. Move it to an `impl` of its own.",
  ),
  refusal(
    '#[http(path = PATH)] fn f(&self) -> u8 { 0 }',
    '',
    'f',
    'The arguments of `#[http(..)]` on `f` must be `key = "string"`. Write them so.',
  ),
  {
    source: '#[hyperapp(wit_world = "p-v0")] impl P2State {\n}\n',
    at: '#[hyperapp(wit_world = "p-v0")]',
    says: digit('Interface', 'P2State'),
  },
];

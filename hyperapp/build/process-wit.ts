/**
 * World `process-v1` as kernel.md §2 gives it: what a component of an app is made against. `init` stands under the name
 * `inix`, see component.ts.
 */
export const processWit = `package hyperware:process@1.0.0;

interface standard {
  type json = string;
  type node-id = string;
  type context = list<u8>;

  record process-id {
    process-name: string,
    package-name: string,
    publisher-node: node-id,
  }
  record package-id {
    package-name: string,
    publisher-node: node-id,
  }
  record address {
    node: node-id,
    process: process-id,
  }
  record capability {
    issuer: address,
    params: json,
  }
  record lazy-load-blob {
    mime: option<string>,
    bytes: list<u8>,
  }
  record request {
    inherit: bool,
    expects-response: option<u64>,
    body: list<u8>,
    metadata: option<json>,
    capabilities: list<capability>,
  }
  record response {
    inherit: bool,
    body: list<u8>,
    metadata: option<json>,
    capabilities: list<capability>,
  }
  variant message {
    request(request),
    response(tuple<response, option<context>>),
  }
  variant on-exit {
    none,
    restart,
    requests(list<tuple<address, request, option<lazy-load-blob>>>),
  }
  record send-error {
    kind: send-error-kind,
    target: address,
    message: message,
    lazy-load-blob: option<lazy-load-blob>,
  }
  enum send-error-kind { offline, timeout }
  enum spawn-error { name-taken, no-file-at-path }

  print-to-terminal: func(verbosity: u8, message: string);
  our: func() -> address;
  get-on-exit: func() -> on-exit;
  set-on-exit: func(on-exit: on-exit);
  get-state: func() -> option<list<u8>>;
  set-state: func(bytes: list<u8>);
  clear-state: func();
  spawn: func(
    name: option<string>,
    wasm-path: string,
    on-exit: on-exit,
    request-capabilities: list<capability>,
    grant-capabilities: list<tuple<process-id, json>>,
    public: bool,
  ) -> result<process-id, spawn-error>;
  save-capabilities: func(caps: list<capability>);
  drop-capabilities: func(caps: list<capability>);
  our-capabilities: func() -> list<capability>;
  receive: func() -> result<tuple<address, message>, tuple<send-error, option<context>>>;
  has-blob: func() -> bool;
  get-blob: func() -> option<lazy-load-blob>;
  last-blob: func() -> option<lazy-load-blob>;
  send-request: func(
    target: address,
    request: request,
    context: option<context>,
    lazy-load-blob: option<lazy-load-blob>,
  );
  send-requests: func(
    requests: list<tuple<address, request, option<context>, option<lazy-load-blob>>>,
  );
  send-response: func(response: response, lazy-load-blob: option<lazy-load-blob>);
  send-and-await-response: func(
    target: address,
    request: request,
    lazy-load-blob: option<lazy-load-blob>,
  ) -> result<tuple<address, message>, send-error>;
}

world lib {
  import standard;
}

world process-v1 {
  include lib;
  export inix: func(our: string);
}
`;

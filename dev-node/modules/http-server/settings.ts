/** What can be set on a node's HTTP server; defaults are the real node's values (http-server.md §15) or its advice (§7.6). */
export interface HttpServerSettings {
  /** Undefined: the first free port from 8080. A given port must be free; 0 takes any free one. */
  readonly port: number | undefined;
  /** Log loopback peers in by themselves and issue the cookie; false shows the login page as the real node does. */
  readonly autoLogin: boolean;
  /** Whether `local_only` paths and the RPC endpoint may be used at all (§7.5). */
  readonly exposeLocal: boolean;
  /** How long an HTTP request waits for its process, unless the request's own header says otherwise (§4). */
  readonly requestTimeoutMs: number;
  readonly maxChannels: number;
  /** Bytes of one WebSocket message. */
  readonly maxFrameBytes: number;
  /** Bytes of an HTTP request's body; the real node has no limit. */
  readonly maxBodyBytes: number;
}

export const defaultHttpServerSettings: HttpServerSettings = {
  port: undefined,
  autoLogin: true,
  exposeLocal: true,
  requestTimeoutMs: 15_000,
  maxChannels: 128,
  maxFrameBytes: 64 * 1024 * 1024,
  maxBodyBytes: Number.POSITIVE_INFINITY,
};

export const firstPort = 8080;
export const lastPort = 8999;
/** Bytes of a ping's or pong's payload (§9.4). */
export const maxPingBytes = 125;
/** Bytes of a login form (§7.3). */
export const maxLoginBytes = 16 * 1024;

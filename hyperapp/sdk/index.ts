/**
 * The module `hyperapp`: what an app in TypeScript imports. It runs with nothing of a platform but its node's
 * interface `hyperware:process/standard`, so that the same code runs as a script process and as a wasm component.
 */

export { formatAddress, parseAddress } from './address.ts';
export type { AppOptions, Endpoint, HttpMethod, Route, SaveConfig, UiOptions } from './app.ts';
export { http, hyperapp, init, local, remote, ws } from './app.ts';
export type { Payload } from './calls.ts';
export { call, send } from './calls.ts';
export { blob, httpRequest, setResponseHeader, setResponseStatus, source } from './current.ts';
export type { HomepageEntry } from './homepage.ts';
export { addToHomepage, removeFromHomepage } from './homepage.ts';
export { our, packageId, println } from './identity.ts';
export type { CallFailure, Reply, SendOptions } from './messages.ts';
export { CallError, sendAndForget, sendRequest } from './messages.ts';
export { sleep } from './timer.ts';
export type * from './types.ts';
export { Err, isOk, Ok } from './types.ts';
export type { DirEntry } from './vfs.ts';
export * as vfs from './vfs.ts';
export { wsChannels, wsClose, wsPush, wsPushAll } from './websocket.ts';

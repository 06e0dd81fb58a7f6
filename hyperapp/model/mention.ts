import type { Location } from './position.ts';

/**
 * A place outside of the handlers and payload sites that speaks of a handler by its name:
 * - `key`: the wire name as the key of a message's body, between processes (`json!({"GetUser": id})`);
 * - `type`: the wire name as the only property of a written type, by which front ends describe a body;
 * - `method`: the method, called on the app's own state (`self.get_user(id)`);
 * - `stub`: the method, in the name of a generated caller (`get_user_remote_rpc`, `Users.get_user`).
 */
export interface Mention {
  readonly kind: 'key' | 'type' | 'method' | 'stub';
  readonly name: string;
  /** The name alone, without quotes or the stub's ending. */
  readonly at: Location;
}

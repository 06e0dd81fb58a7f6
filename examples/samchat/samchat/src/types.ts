// What travels on the wire. Field names are snake_case, as in the Rust twin of this backend: one page serves both.
import type { Option, u32, u64 } from 'hyperapp';

/** `Sent`: handed to the node, no answer yet from everyone it goes to. */
export type DeliveryState = 'Sent' | 'Delivered' | 'Failed';

export interface Failure {
  node: string;
  /** `offline`, `timeout`, or what the other side said. */
  reason: string;
}

export interface ChatMessage {
  id: string;
  conversation_id: string;
  /** Name of the node that wrote it. */
  sender: string;
  text: string;
  /** Milliseconds since 1970, by the sender's clock. */
  sent_at: u64;
  /** Id of the message that this one answers. */
  reply_to: Option<string>;
  state: DeliveryState;
  /** Who did not get it, if it failed. */
  failures: Failure[];
}

export interface Conversation {
  /** The other node's name, or a group's id. */
  id: string;
  title: string;
  is_group: boolean;
  members: string[];
  unread: u32;
  last_message: Option<ChatMessage>;
}

export interface Group {
  id: string;
  name: string;
  /** Names of nodes, with the one that made the group. */
  members: string[];
}

import {
  addToHomepage,
  CallError,
  call,
  Err,
  http,
  hyperapp,
  init,
  isOk,
  local,
  Ok,
  type Option,
  our,
  type Payload,
  type Result,
  remote,
  source,
  type u64,
  wsPushAll,
} from 'hyperapp';
import { icon } from './icon.ts';
import type { ChatMessage, Conversation, Failure, Group } from './types.ts';

const longestText = 10_000;
const nodeName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

interface Stored {
  id: string;
  title: string;
  isGroup: boolean;
  members: string[];
  unread: number;
  messages: ChatMessage[];
}

@hyperapp({
  name: 'Samchat',
  ui: { authenticated: true },
  endpoints: [
    { http: '/api', authenticated: true },
    { ws: '/ws', authenticated: true },
  ],
  saveConfig: 'on-diff',
  witWorld: 'samchat-template-dot-os-v0',
})
export class Samchat {
  conversations: Stored[] = [];
  made = 0;

  @init
  async begin(): Promise<void> {
    addToHomepage({ label: 'Samchat', icon, path: '/' });
    // What was under way when the node stopped has no answer any more: let the person send it again.
    for (const message of this.conversations.flatMap(({ messages }) => messages)) {
      if (message.state !== 'Sent') continue;
      message.state = 'Failed';
      message.failures = this.recipients(message.conversation_id).map((node) => ({ node, reason: 'interrupted' }));
    }
  }

  /** Conversations, the one with the newest message first. */
  @http
  @local
  getConversations(_requestBody: string): Conversation[] {
    const newest = (stored: Stored) => Number(stored.messages.at(-1)?.sent_at ?? 0n);
    return [...this.conversations].sort((a, b) => newest(b) - newest(a)).map(summary);
  }

  /** Messages of a conversation, oldest first. */
  @http
  @local
  getMessages(conversationId: string): ChatMessage[] {
    return this.find(conversationId)?.messages ?? [];
  }

  /** Sends to a node or to a group's id. The answer comes at once; delivery goes on and shows in the message's state. */
  @http
  async sendMessage(to: string, text: string, replyTo: Option<string>): Promise<Result<ChatMessage, string>> {
    const trouble = checkText(text);
    if (trouble) return Err(trouble);
    const group = this.conversations.find(({ id, isGroup }) => isGroup && id === to);
    const peer = to.trim().toLowerCase();
    if (!group && !nodeName.test(peer)) return Err(`"${to}" is not the name of a node. Write it as bob.os.`);
    if (peer === our().node) return Err('This is your own node. Write to another one.');
    const conversation = group ?? this.conversationWith(peer);
    const message: ChatMessage = {
      id: this.newId(),
      conversation_id: conversation.id,
      sender: our().node,
      text,
      sent_at: now(),
      reply_to: replyTo,
      state: 'Sent',
      failures: [],
    };
    conversation.messages.push(message);
    changed(conversation.id);
    void this.deliver(conversation, message, this.recipients(conversation.id));
    return Ok(message);
  }

  /** Sends a failed message again to those who did not get it. */
  @http
  async retryMessage(conversationId: string, messageId: string): Promise<Result<ChatMessage, string>> {
    const conversation = this.find(conversationId);
    const message = conversation?.messages.find(({ id }) => id === messageId);
    if (!conversation || message?.sender !== our().node) return Err('There is no such message of yours.');
    if (message.state !== 'Failed') return Ok(message);
    const missed = message.failures.map(({ node }) => node);
    message.state = 'Sent';
    message.failures = [];
    changed(conversation.id);
    void this.deliver(conversation, message, missed);
    return Ok(message);
  }

  /** Makes a group with these nodes and tells them of it. Who is offline learns of it with the first message. */
  @http
  async createGroup(name: string, members: string[]): Promise<Result<Conversation, string>> {
    const title = name.trim();
    if (title === '' || title.length > 80) return Err('Give the group a name of up to 80 characters.');
    const nodes = new Set(members.map((member) => member.trim().toLowerCase()).filter((member) => member !== ''));
    nodes.delete(our().node);
    const wrong = [...nodes].find((node) => !nodeName.test(node));
    if (wrong) return Err(`"${wrong}" is not the name of a node. Write it as bob.os.`);
    if (nodes.size === 0) return Err('Name at least one other node.');
    const group: Group = { id: `group-${our().node}-${this.newId()}`, name: title, members: [our().node, ...nodes] };
    const conversation = this.addGroup(group);
    changed(conversation.id);
    for (const node of nodes) void ask(node, { ReceiveGroup: group });
    return Ok(summary(conversation));
  }

  @http
  markRead(conversationId: string): Result<boolean, string> {
    const conversation = this.find(conversationId);
    if (!conversation) return Err('There is no such conversation.');
    if (conversation.unread > 0) {
      conversation.unread = 0;
      changed(conversation.id);
    }
    return Ok(true);
  }

  @remote
  receiveMessage(id: string, text: string, sentAt: u64, replyTo: Option<string>): Result<boolean, string> {
    const sender = source().node;
    return this.receive(this.conversationWith(sender), { id, text, sentAt, replyTo, sender });
  }

  @remote
  receiveGroup(group: Group): Result<boolean, string> {
    const trouble = this.checkGroup(group, source().node);
    if (trouble) return Err(trouble);
    if (!this.find(group.id)) changed(this.addGroup(group).id);
    return Ok(true);
  }

  @remote
  receiveGroupMessage(
    group: Group,
    id: string,
    text: string,
    sentAt: u64,
    replyTo: Option<string>,
  ): Result<boolean, string> {
    const sender = source().node;
    const trouble = this.checkGroup(group, sender);
    if (trouble) return Err(trouble);
    return this.receive(this.find(group.id) ?? this.addGroup(group), { id, text, sentAt, replyTo, sender });
  }

  private receive(conversation: Stored, { id, text, sentAt, replyTo, sender }: Incoming): Result<boolean, string> {
    const trouble = checkText(text);
    if (trouble) return Err(trouble);
    // A message whose answer was lost is sent again: it is here already.
    const known = conversation.messages.some((message) => message.id === id && message.sender === sender);
    if (known) return Ok(true);
    conversation.messages.push({
      id,
      conversation_id: conversation.id,
      sender,
      text,
      sent_at: sentAt,
      reply_to: replyTo,
      state: 'Delivered',
      failures: [],
    });
    conversation.unread++;
    changed(conversation.id);
    return Ok(true);
  }

  private async deliver(conversation: Stored, message: ChatMessage, nodes: readonly string[]): Promise<void> {
    const { id, text, sent_at, reply_to } = message;
    const payload: Payload = conversation.isGroup
      ? { ReceiveGroupMessage: [groupOf(conversation), id, text, sent_at, reply_to] }
      : { ReceiveMessage: [id, text, sent_at, reply_to] };
    const failures = await Promise.all(nodes.map((node) => ask(node, payload)));
    message.failures = failures.filter((failure) => failure !== undefined);
    message.state = message.failures.length === 0 ? 'Delivered' : 'Failed';
    changed(conversation.id);
  }

  /** What is wrong with a group that `sender` speaks of, if anything. */
  private checkGroup(group: Group, sender: string): string | undefined {
    const members = this.find(group.id)?.members ?? group.members;
    if (!members.includes(sender)) return `${sender} is not in this group.`;
    if (!members.includes(our().node)) return `${our().node} is not in this group.`;
    if (!group.id.startsWith('group-')) return 'This is no group.';
    return undefined;
  }

  private addGroup({ id, name, members }: Group): Stored {
    const conversation: Stored = { id, title: name, isGroup: true, members, unread: 0, messages: [] };
    this.conversations.push(conversation);
    return conversation;
  }

  private conversationWith(node: string): Stored {
    const known = this.find(node);
    if (known) return known;
    const members = [our().node, node];
    const conversation: Stored = { id: node, title: node, isGroup: false, members, unread: 0, messages: [] };
    this.conversations.push(conversation);
    return conversation;
  }

  private find(id: string): Stored | undefined {
    return this.conversations.find((conversation) => conversation.id === id);
  }

  private recipients(conversationId: string): string[] {
    return (this.find(conversationId)?.members ?? []).filter((member) => member !== our().node);
  }

  private newId(): string {
    return `${Date.now().toString(36)}-${++this.made}`;
  }
}

interface Incoming {
  id: string;
  text: string;
  sentAt: u64;
  replyTo: Option<string>;
  sender: string;
}

/** Asks samchat on another node; what went wrong, if anything. */
async function ask(node: string, payload: Payload): Promise<Failure | undefined> {
  try {
    const answer = await call<Result<boolean, string>>({ node, process: our().process }, payload, {
      timeoutSeconds: 10,
    });
    return isOk(answer) ? undefined : { node, reason: answer.Err };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { node, reason: error.kind };
  }
}

/** Open pages fetch anew what they show. */
function changed(conversationId: string): void {
  wsPushAll('/ws', JSON.stringify({ Changed: conversationId }));
}

function checkText(text: string): string | undefined {
  if (text.trim() === '') return 'Write a message first.';
  if (text.length > longestText) return `A message has at most ${longestText} characters; this one has ${text.length}.`;
  return undefined;
}

function summary({ id, title, isGroup, members, unread, messages }: Stored): Conversation {
  return { id, title, is_group: isGroup, members, unread, last_message: messages.at(-1) ?? null };
}

function groupOf({ id, title, members }: Stored): Group {
  return { id, name: title, members };
}

function now(): u64 {
  return BigInt(Date.now());
}

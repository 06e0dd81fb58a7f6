/** The backend's handlers, as they are called from the page: one key, parameters in order. */
export interface Failure {
  node: string;
  reason: string;
}

export interface ChatMessage {
  id: string;
  conversation_id: string;
  sender: string;
  text: string;
  sent_at: number;
  reply_to: string | null;
  state: 'Sent' | 'Delivered' | 'Failed';
  failures: Failure[];
}

export interface Conversation {
  id: string;
  title: string;
  is_group: boolean;
  members: string[];
  unread: number;
  last_message: ChatMessage | null;
}

type Result<T> = { Ok: T } | { Err: string };

export const base = import.meta.env.BASE_URL;

async function post(payload: object): Promise<unknown> {
  const response = await fetch(`${base}/api`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  if (!response.ok) throw new Error((await response.text()) || `The node answered ${response.status}.`);
  return response.json();
}

/** The value of a result; its error is thrown with the backend's own words. */
function unwrap<T>(result: unknown): T {
  const answer = result as Result<T>;
  if ('Err' in answer) throw new Error(answer.Err);
  return answer.Ok;
}

export async function getConversations(): Promise<Conversation[]> {
  return (await post({ GetConversations: '' })) as Conversation[];
}

export async function getMessages(conversationId: string): Promise<ChatMessage[]> {
  return (await post({ GetMessages: conversationId })) as ChatMessage[];
}

export async function sendMessage(to: string, text: string, replyTo: string | null): Promise<ChatMessage> {
  return unwrap(await post({ SendMessage: [to, text, replyTo] }));
}

export async function retryMessage(conversationId: string, messageId: string): Promise<ChatMessage> {
  return unwrap(await post({ RetryMessage: [conversationId, messageId] }));
}

export async function createGroup(name: string, members: string[]): Promise<Conversation> {
  return unwrap(await post({ CreateGroup: [name, members] }));
}

export async function markRead(conversationId: string): Promise<boolean> {
  return unwrap(await post({ MarkRead: conversationId }));
}

import {
  base,
  type ChatMessage,
  type Conversation,
  createGroup,
  getConversations,
  getMessages,
  markRead,
  retryMessage,
  sendMessage,
} from './api.ts';
import { stayLive } from './live.ts';
import { conversationItem, element, messageItem } from './view.ts';

// Only a node serves /our.js: under any other server the page says so instead of failing.
if (window.our) window.our.process = base.replace('/', '');
const me = window.our?.node ?? '';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const conversationList = find<HTMLUListElement>('conversations');
const messageList = find<HTMLOListElement>('messages');
const composer = find<HTMLFormElement>('composer');
const to = find<HTMLInputElement>('to');
const text = find<HTMLTextAreaElement>('message');
const dialog = find<HTMLDialogElement>('group-dialog');
const groupName = find<HTMLInputElement>('group-name');
const groupMembers = find<HTMLInputElement>('group-members');

let conversations: Conversation[] = [];
let messages: ChatMessage[] = [];
let chosen: string | undefined;
let replyTo: ChatMessage | undefined;
/** What is on the page now, so that it is only drawn anew when something changed. */
let drawn = '';

const chosenConversation = () => conversations.find(({ id }) => id === chosen);

async function refresh(): Promise<void> {
  const id = chosen;
  const found = await Promise.all([getConversations(), id === undefined ? [] : getMessages(id)]);
  // Another conversation was chosen meanwhile: its own refresh is on the way.
  if (id !== chosen) return;
  [conversations, messages] = found;
  const unread = chosenConversation()?.unread ?? 0;
  if (id !== undefined && unread > 0 && document.visibilityState === 'visible') await markRead(id);
  draw();
}

/** Runs something the person asked for; its failure is shown, and cleared by the next success. */
async function attempt(work: () => Promise<void>, place = find('trouble')): Promise<void> {
  try {
    await work();
    place.hidden = true;
  } catch (error) {
    place.textContent = error instanceof Error ? error.message : String(error);
    place.hidden = false;
  }
}

function draw(): void {
  const now = JSON.stringify([conversations, messages, chosen]);
  if (now === drawn) return;
  drawn = now;
  drawConversations();
  drawMessages();
}

function drawConversations(): void {
  const focused = conversationList.contains(document.activeElement)
    ? (document.activeElement as HTMLElement).dataset['id']
    : undefined;
  conversationList.replaceChildren(
    ...conversations.map((conversation) =>
      conversationItem(conversation, conversation.id === chosen, () => attempt(() => choose(conversation.id))),
    ),
  );
  if (focused !== undefined) conversationList.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  find('no-conversations').hidden = conversations.length > 0;
}

function drawMessages(): void {
  const conversation = chosenConversation();
  const members = conversation?.is_group ? conversation.members.join(', ') : '';
  find('title').replaceChildren(conversation?.title ?? chosen ?? 'New chat', element('small', {}, members));
  const isAtEnd = messageList.scrollHeight - messageList.scrollTop - messageList.clientHeight < 40;
  messageList.replaceChildren(
    ...messages.map((message) =>
      messageItem(message, {
        me,
        all: messages,
        reply: () => setReply(message),
        retry: () =>
          attempt(async () => {
            await retryMessage(message.conversation_id, message.id);
            await refresh();
          }),
      }),
    ),
  );
  if (isAtEnd) messageList.scrollTop = messageList.scrollHeight;
}

async function choose(id: string | undefined): Promise<void> {
  chosen = id;
  messages = [];
  to.value = chosenConversation()?.title ?? id ?? '';
  setReply(undefined);
  draw();
  messageList.scrollTop = messageList.scrollHeight;
  (id === undefined ? to : text).focus();
  await refresh();
  messageList.scrollTop = messageList.scrollHeight;
}

function setReply(message: ChatMessage | undefined): void {
  replyTo = message;
  find('replying').hidden = !message;
  find('replying-to').textContent = message ? `Replying to ${message.sender}: ${message.text.slice(0, 80)}` : '';
  if (message) text.focus();
}

async function send(): Promise<void> {
  const conversation = chosenConversation();
  const written = to.value.trim();
  const target = conversation && written === conversation.title ? conversation.id : written;
  const sent = await sendMessage(target, text.value, target === chosen ? (replyTo?.id ?? null) : null);
  text.value = '';
  setReply(undefined);
  if (sent.conversation_id === chosen) await refresh();
  else await choose(sent.conversation_id);
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(send);
});
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  } else if (event.key === 'Escape') setReply(undefined);
});
find('cancel-reply').addEventListener('click', () => setReply(undefined));
find('new-chat').addEventListener('click', () => attempt(() => choose(undefined)));
find('new-group').addEventListener('click', () => dialog.showModal());
find('group-cancel').addEventListener('click', () => dialog.close());
find('group-form').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(async () => {
    const group = await createGroup(groupName.value, groupMembers.value.split(','));
    groupName.value = '';
    groupMembers.value = '';
    dialog.close();
    conversations = [group, ...conversations];
    await choose(group.id);
  }, find('group-trouble'));
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') attempt(refresh);
});

if (window.our) {
  find('me').textContent = me;
  document.title = `Samchat – ${me}`;
  stayLive(
    () => attempt(refresh),
    (isLive) => {
      find('status').textContent = isLive ? 'Live' : 'Reconnecting …';
    },
  );
} else {
  find('status').textContent = 'Not on a node: open this page through your node’s address.';
}

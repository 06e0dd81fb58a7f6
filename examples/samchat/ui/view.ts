import type { ChatMessage, Conversation } from './api.ts';

type Child = Node | string | undefined | false;

/** An element with properties and children; what is undefined or false is left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== undefined && child !== false));
  return node;
}

export function conversationItem(conversation: Conversation, isChosen: boolean, choose: () => void): HTMLLIElement {
  const { title, unread, last_message: last } = conversation;
  const button = element(
    'button',
    { type: 'button', onclick: choose },
    element('span', { className: 'name' }, title),
    unread > 0 && element('span', { className: 'unread', title: `${unread} unread` }, String(unread)),
    element('span', { className: 'last' }, last ? last.text : 'No messages yet'),
  );
  button.ariaLabel = unread > 0 ? `${title}, ${unread} unread` : title;
  if (isChosen) button.ariaCurrent = 'true';
  button.dataset['id'] = conversation.id;
  return element('li', {}, button);
}

export function messageItem(
  message: ChatMessage,
  context: { me: string; all: readonly ChatMessage[]; reply: () => void; retry: () => void },
): HTMLLIElement {
  const isMine = message.sender === context.me;
  const quoted = context.all.find(({ id }) => id === message.reply_to);
  const time = new Date(message.sent_at);
  const item = element(
    'li',
    { className: ['message', isMine && 'mine', message.state === 'Failed' && 'failed'].filter(Boolean).join(' ') },
    !isMine && element('div', { className: 'sender' }, message.sender),
    message.reply_to !== null && element('blockquote', {}, quoted ? quoted.text : 'A message that is not here'),
    element('div', { className: 'text' }, message.text),
    element(
      'div',
      { className: 'foot' },
      element('time', { dateTime: time.toISOString() }, time.toLocaleTimeString([], { timeStyle: 'short' })),
      isMine && element('span', { className: 'delivery' }, deliveryText(message)),
      message.state === 'Failed' &&
        element('button', { type: 'button', className: 'quiet', onclick: context.retry }, 'Retry'),
      element('button', { type: 'button', className: 'quiet', onclick: context.reply }, 'Reply'),
    ),
  );
  item.dataset['id'] = message.id;
  return item;
}

const reasons: Record<string, string> = {
  offline: 'is offline',
  timeout: 'did not answer',
  interrupted: 'may not have got it: this node was restarted',
};

function deliveryText({ state, failures }: ChatMessage): string {
  if (state !== 'Failed') return state;
  const causes = failures.map(({ node, reason }) =>
    reasons[reason] ? `${node} ${reasons[reason]}` : `${node}: ${reason}`,
  );
  return `Not delivered: ${causes.join('; ')}`;
}

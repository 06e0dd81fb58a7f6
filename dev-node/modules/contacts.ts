/** `contacts:contacts:sys`: names and notes of other nodes, guarded by capabilities on the message (other-modules.md §8). */
import * as v from 'valibot';
import { capabilityKey } from '../kernel/capability.ts';
import type { KernelMessage } from '../kernel/message.ts';
import type { Module } from '../kernel/module.ts';
import type { Store } from '../store/store.ts';
import { type Action, jsonBody, parseBody, parseJson, readAction } from './body.ts';
import { contactsId, named } from './capabilities.ts';

const contactsSchema = v.record(v.string(), v.record(v.string(), v.unknown()));
type Contacts = v.InferOutput<typeof contactsSchema>;

/** Which capability each request must carry. */
const needs: Readonly<Record<string, string>> = {
  GetNames: 'ReadNameOnly',
  GetAllContacts: 'Read',
  GetContact: 'Read',
  AddContact: 'Add',
  AddField: 'Add',
  RemoveContact: 'Remove',
  RemoveField: 'Remove',
};
const payloads: Readonly<Record<string, v.GenericSchema<unknown, readonly string[]>>> = {
  GetNames: v.pipe(
    v.null(),
    v.transform(() => []),
  ),
  GetAllContacts: v.pipe(
    v.null(),
    v.transform(() => []),
  ),
  AddField: v.tuple([v.string(), v.string(), v.string()]),
  RemoveField: v.tuple([v.string(), v.string()]),
};
const oneName = v.pipe(
  v.string(),
  v.transform((name) => [name]),
);

interface Answer {
  readonly body: unknown;
  readonly blob?: unknown;
}

const failed = (text: string): Answer => ({ body: { Err: text } });

/** The answer to one request; `contacts` is changed in place. */
function perform(contacts: Contacts, { name }: Action, [node = '', field = '', value = '']: readonly string[]): Answer {
  switch (name) {
    case 'GetNames':
      return { body: { GetNames: Object.keys(contacts) } };
    case 'GetAllContacts':
      return { body: name, blob: contacts };
    case 'GetContact':
      return { body: name, blob: contacts[node] ?? null };
    case 'AddContact':
      contacts[node] = {};
      break;
    case 'AddField': {
      const json = parseJson(value);
      if (json === undefined) return failed('Malformed value');
      contacts[node] = { ...contacts[node], [field]: json };
      break;
    }
    case 'RemoveContact':
      delete contacts[node];
      break;
    case 'RemoveField':
      delete contacts[node]?.[field];
      break;
  }
  return { body: name };
}

export function createContacts(store: Store): Module {
  const saved = store.getState(contactsId);
  const parsed = v.safeParse(contactsSchema, saved && parseBody(saved));
  const contacts: Contacts = Object.assign(Object.create(null), parsed.success ? parsed.output : {});

  async function answer(message: KernelMessage, our: string): Promise<Answer> {
    const action = readAction(parseBody(message.message.body));
    const need = action && needs[action.name];
    const payload = action && v.safeParse(payloads[action.name] ?? oneName, action.payload);
    if (!need || !payload?.success) return failed('Malformed request');
    const key = capabilityKey(named(our, contactsId, need));
    if (!message.message.capabilities.some((one) => capabilityKey(one) === key)) return failed('Missing capability');
    const answered = perform(contacts, action, payload.output);
    if (need === 'Add' || need === 'Remove') await store.setState(contactsId, jsonBody(contacts));
    return answered;
  }

  return {
    id: contactsId,
    public: false,
    async handle(message, context) {
      const request = message.message;
      if (request.kind !== 'request' || message.source.node !== context.our.node) return;
      const { body, blob } = await answer(message, context.our.node);
      if (request.expectsResponse === undefined && !message.rsvp) return;
      const bytes = blob === undefined ? undefined : jsonBody(blob);
      context.respond(message, { body: jsonBody(body), blob: bytes && { mime: 'application/json', bytes } });
    },
  };
}

import type { SignatureHelp } from 'vscode-languageserver';
import { parameterText } from '../rules/words.ts';
import { payloadAt } from './payload-at.ts';
import type { Place } from './sources.ts';

/** The handler's parameters while its payload is typed, the one at the cursor marked. */
export function signatureHelpAt(place: Place): SignatureHelp | null {
  const cursor = payloadAt(place);
  if (!cursor || cursor.part === 'key' || cursor.payload.candidates.length === 0) return null;
  const signatures = cursor.payload.candidates.map(({ process, handler }) => {
    const parameters = handler.parameters.map((parameter) => ({ label: parameterText(parameter) }));
    const result = handler.result ? ` → ${handler.result.text.replace(/\s+/g, ' ')}` : '';
    const list = parameters.map(({ label }) => label).join(', ');
    return {
      label: `${handler.wireName}: ${parameters.length > 1 ? `[${list}]` : list || 'no parameters'}${result}`,
      documentation: `${handler.kinds.join(', ')} handler ${handler.name} of process ${process.name}`,
      parameters,
    };
  });
  return { signatures, activeSignature: 0, activeParameter: cursor.slot };
}

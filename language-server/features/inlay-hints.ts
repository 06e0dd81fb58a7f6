import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import { overlaps } from '../../hyperapp/model/position.ts';
import { payloadsOf } from '../../hyperapp/wire/payload.ts';
import { parameterText } from '../rules/words.ts';
import { plainName, sameName } from './parameter.ts';
import type { Sources } from './sources.ts';

/** The parameter's name at each position of a payload's tuple, and beside each handler its name on the wire. */
export function inlayHints(file: string, range: Range, sources: Sources): InlayHint[] {
  const app = sources.appOf(file);
  if (!app) return [];
  const hints: InlayHint[] = [];
  for (const { handlers } of app.processes) {
    for (const { at, stale, kinds, wireName, name } of handlers) {
      if (stale || at.file !== file || !overlaps(at.range, range) || wireName === name) continue;
      if (!kinds.some((kind) => kind === 'http' || kind === 'local' || kind === 'remote')) continue;
      hints.push({
        position: at.range.end,
        label: wireName,
        paddingLeft: true,
        tooltip: `Callers send { "${wireName}": … }`,
      });
    }
  }
  for (const { site, candidates } of payloadsOf(app)) {
    if (site.at.file !== file || !overlaps(site.at.range, range)) continue;
    const [candidate] = candidates;
    const { value } = site;
    if (!candidate || candidate.handler.parameters.length < 2 || value.kind !== 'array' || value.hasSpread) continue;
    for (const [index, parameter] of candidate.handler.parameters.entries()) {
      const element = value.elements[index];
      if (!element || sameName(element.text, parameter.name)) continue;
      hints.push({
        position: element.at.range.start,
        label: `${plainName(parameter)}:`,
        kind: InlayHintKind.Parameter,
        paddingRight: true,
        tooltip: parameterText(parameter),
      });
    }
  }
  return hints;
}

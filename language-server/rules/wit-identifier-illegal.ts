import type { AppProcess } from '../../hyperapp/model/app.ts';
import { dialectOf } from '../../hyperapp/wit/dialect.ts';
import { isKeyword, isLegalName, kebabCase, withoutUnderscore } from '../../hyperapp/wit/name.ts';
import { renameFix } from './rename.ts';
import { always, type Finding, type Rule, type RuleContext } from './rule.ts';
import { type WrittenName, writtenNames } from './written-names.ts';

/** HW057: names and forms that kit writes out although WIT refuses them (wit-generation.md §3, §5). */
export const witIdentifierIllegal: Rule = {
  code: 'HW057',
  name: 'wit-identifier-illegal',
  severity: always('error'),
  isOverview: false,
  *check(context) {
    for (const process of context.app.processes) {
      if (process.language !== 'rust') continue;
      for (const written of writtenNames(process, context)) {
        const finding = nameFinding(written, process, context);
        if (finding) yield finding;
      }
      yield* emptyForms(process, context);
    }
  },
};

function nameFinding(written: WrittenName, process: AppProcess, context: RuleContext): Finding | undefined {
  const { name, kind, at, handler } = written;
  // Parameters stand in comments only; digits are HW019's.
  if (kind === 'parameter' || /\d|stream/i.test(name)) return undefined;
  const dialect = dialectOf(process.generation);
  const kebab = kebabCase(kind === 'field' || kind === 'variant' ? withoutUnderscore(name) : name, dialect);
  const isEscaped = kind !== 'type' && (kind === 'handler' || kind === 'state' || dialect === 'k3' || dialect === 'k4');
  const isUse = isKeyword(kebab) && !isEscaped;
  if (isLegalName(kebab) && !isUse) return undefined;
  const to = legal(written);
  return {
    at,
    generation: process.generation,
    message: isUse
      ? `kit would write the WIT keyword '${kebab}' where a name must stand. Rename '${name}'.`
      : `kit would write the illegal WIT name '${kebab}'. Rename '${name}'.`,
    fixes: renameFix(
      { process, from: name, to, handler: kind === 'handler' ? handler : undefined, isField: kind === 'field' },
      context,
    ),
  };
}

const rustWords = new Set(
  'type match move ref self use where impl trait mod fn let in as async await dyn enum loop box'.split(' '),
);

/** `kind_` to `kind`, `r#type` to `kind`, `My_Type` to `MyType`, `Record` to `RecordData`. */
function legal({ name, kind }: WrittenName): string {
  const isType = kind === 'type' || kind === 'variant' || kind === 'state';
  const words = name.replace(/^r#/, '').split('_').filter(Boolean);
  if (isType) {
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    return joined === name || isKeyword(joined.toLowerCase()) ? `${joined}Data` : joined;
  }
  const plain = words.map((word) => word.toLowerCase()).join('_');
  if (plain === 'type') return 'kind';
  return plain === name || rustWords.has(plain) ? `${plain}_value` : plain;
}

function* emptyForms(process: AppProcess, { reached }: RuleContext): Iterable<Finding> {
  const { generation } = process;
  for (const { definition } of reached(process).definitions) {
    if (definition.kind !== 'enum' || definition.variants.length > 0) continue;
    const message = `'${definition.name}' has no variants; WIT has no empty enum. Give it one, or leave it out.`;
    yield { at: definition.at, generation, message };
  }
  for (const { type, handler, within } of reached(process).types) {
    const isContainer = (type.kind === 'list' || type.kind === 'option') && type.element.kind === 'unit';
    const isParameter = type.kind === 'unit' && !within && handler.parameters.some((given) => given.type === type);
    if (!isContainer && !isParameter) continue;
    const text = type.text.replace(/\s+/g, ' ');
    const instead = type.kind === 'list' ? 'a number' : type.kind === 'option' ? 'bool' : 'no parameter, or a value';
    const fixes =
      type.kind === 'option'
        ? [{ title: "Change to 'bool'", isAlone: true as const, edits: [{ at: type.at, newText: 'bool' }] }]
        : [];
    yield {
      at: type.at,
      generation,
      message: `kit would write '_' for the () of '${text}', which is illegal there. Use ${instead}.`,
      fixes,
    };
  }
}

import { placeExample } from './placement.ts';
import { inlineYaml, yamlText } from './render-yaml.ts';
import { readRuleSchemas, typesOf, type Schema } from './schema.ts';
import { sectionsOf, type Example, type Row, type Section } from './sections.ts';

const INTRODUCTION = `# Reference: every key of the rule files

<!-- Made by \`npm run reference\` from schemas/*.schema.json. Do not edit it: edit the schemas. -->

A contract is a folder: \`contract.yaml\` says what travels, \`itsm.yaml\` where the client's tickets live. Here is each of
their keys. What happens when is told in [contract.md](contract.md) and [itsm.md](itsm.md), what an expression may say in
[expressions.md](expressions.md). Editors with yaml-language-server show the same texts while you write.

Every example stands in one of the sample contracts (\`rules/acme\`, \`rules/globex\`, \`rules/initech\`) or can be put there: a test does it and compiles.

- An **expression** is [JSONata](expressions.md). A fixed text needs quotes of its own inside YAML's: \`"'incident'"\`.
- A **length of time** is a whole number and a unit: \`250ms\`, \`30s\`, \`5m\`, \`2h\`.
- \`NAME\` stands for a name of your own.
`;

/** How users call the files that a schema is for. */
const fileName = (schema: string): string => (schema === 'tests' ? 'tests/*.yaml' : `${schema}.yaml`);

/** The whole page. Throws, naming the key, if an example cannot be compiled. */
export function renderReference(): string {
  const files = [...readRuleSchemas()].map(([file, root]) => ({
    file,
    root,
    sections: sectionsOf(file, root),
  }));
  const contents = files.map(
    ({ file, sections }) =>
      `- [${fileName(file)}](#${file}): ${sections
        .filter(({ heading }) => heading !== '')
        .map(({ heading, anchor }) => `[${heading}](#${anchor})`)
        .join(', ')}`,
  );
  const parts = files.flatMap(({ root, sections }) =>
    sections.map((section) => renderSection(section, root)),
  );
  return [INTRODUCTION, `${contents.join('\n')}\n`, ...parts].join('\n');
}

function renderSection(section: Section, root: Schema): string {
  const { schema, rows, file, heading } = section;
  const anchor = `<a id="${section.anchor}"></a>`;
  const title = heading === '' ? `## ${anchor}${fileName(file)}` : `### ${anchor}${heading}`;
  const lines = [title, '', inText(schema.description ?? ''), ''];
  if (rows.length > 0) {
    lines.push('| key | value | | meaning |', '|---|---|---|---|', ...rows.map(renderRow), '');
  } else {
    lines.push(...allowedWords(schema).map((word) => `- ${word}`), '');
  }
  for (const example of section.examples) {
    lines.push('```yaml', exampleText(section, root, example), '```', '');
  }
  return lines.join('\n');
}

function exampleText({ file, heading }: Section, root: Schema, { value, places }: Example): string {
  const placed = placeExample(file, root, places, value);
  if ('faults' in placed)
    throw new Error(`The example of ${file} ${heading} does not compile:\n${placed.faults.join('\n')}`);
  return yamlText(placed.fragment, placed.depth);
}

function renderRow(row: Row): string {
  const { key, schema, required } = row;
  const name = key === null ? '*any name*' : `\`${key}\``;
  const need = required
    ? 'required'
    : schema.default === undefined
      ? ''
      : `default ${code(inlineYaml(schema.default))}`;
  const examples = (schema.examples ?? []).map((example) => code(inlineYaml(example)));
  const meaning = [
    inCell(inText(withoutExpression(schema.description ?? ''))),
    ...(row.section === null || row.written.$ref === undefined ? allowedWords(schema).map(inCell) : []),
    ...(examples.length === 0 || schema.enum !== undefined ? [] : [`Example: ${examples.join(', ')}`]),
  ];
  const anchor = row.anchor === row.section ? '' : `<a id="${row.anchor}"></a>`;
  return `| ${anchor}${name} | ${kindOf(row)} | ${need} | ${meaning.join('<br>')} |`;
}

const EXPRESSION = ' A JSONata expression.';
const withoutExpression = (description: string): string => description.replace(EXPRESSION, '');
const isDuration = ({ pattern }: Schema): boolean => pattern?.startsWith('^[0-9]{1,9}(ms|s|m|h)') ?? false;

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'number'],
  ['integer', 'whole number'],
  ['boolean', 'true or false'],
  ['null', 'null'],
  ['object', 'map'],
  ['array', 'list'],
]);

/** What may stand behind a key, in a word or two; linked to where that is described. */
function kindOf({ written, schema, section }: Row): string {
  const link = (words: string): string => (section === null ? words : `[${words}](#${section})`);
  if (written.$ref !== undefined) return link((schema.title ?? 'see there').replace(/^A /, '').toLowerCase());
  if (schema.enum !== undefined) return 'one of these';
  const kinds = typesOf(schema).map((type) => {
    if (type === 'string' && schema.description?.includes(EXPRESSION) === true) return 'expression';
    if (type === 'string' && isDuration(schema)) return 'length of time';
    const kind = KINDS.get(type) ?? type;
    return type === 'object' || type === 'array' ? link(kind) : kind;
  });
  return kinds.join(', ');
}

function allowedWords(schema: Schema): readonly string[] {
  const words = schema.enum ?? schema.then?.enum ?? [];
  const described = schema.enumDescriptions ?? schema.then?.enumDescriptions ?? [];
  return words.map((word, at) => {
    const description = described[at];
    return description === undefined ? code(word) : `${code(word)}: ${inText(description)}`;
  });
}

/** In a code span; a backquote within would need more of them, and no example has one. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** What Markdown would read as its own signs. */
const inText = (text: string): string => text.replaceAll(/[*_<>`[\]|]/g, '\\$&');

const inCell = (text: string): string => text.replaceAll('\n', ' ');

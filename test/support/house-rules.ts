import ts from 'typescript';

/** The stages of the engine, each with the npm packages it may use. A stage imports itself and the ones before it. */
const STAGES: readonly { readonly name: string; readonly packages: readonly string[] }[] = [
  { name: 'domain', packages: [] },
  { name: 'wire', packages: ['ajv', 'ajv-formats', 'file-type'] },
  { name: 'jsonata', packages: ['jsonata'] },
  { name: 'compile', packages: ['yaml', 'ajv', 'ajv-formats', 're2js', 'luxon', 'node-cron'] },
  { name: 'map', packages: [] },
  { name: 'decide', packages: [] },
  { name: 'plan', packages: [] },
  { name: 'runtime', packages: [] },
];

const LINES_MAX = 400;

/** What a name of the platform is replaced by, inside the engine. */
const BANNED_NAMES: ReadonlyMap<string, string> = new Map([
  ['setTimeout', 'use Clock.sleep'],
  ['setInterval', 'use Clock.sleep'],
  ['setImmediate', 'use Clock.sleep'],
  ['queueMicrotask', 'await something instead'],
  ['performance', 'use the Clock port'],
  ['crypto', 'use the Random port'],
  ['process', 'have it handed in'],
  ['console', 'use the Log port'],
  ['fetch', 'use the Bridge port'],
  ['globalThis', 'have it handed in'],
]);

const BANNED_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['Date.now', 'use the Clock port'],
  ['Math.random', 'use the Random port'],
  ['AbortSignal.timeout', 'use Clock.sleep'],
]);

/** Every breach of the house rules in one file, as `file:line: …`. `path` is relative to the project, with slashes. */
export function houseFaults(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const fault = (node: ts.Node, words: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    faults.push(`${path}:${line + 1}: ${words}`);
  };
  const lines = text.trimEnd().split('\n').length;
  if (lines > LINES_MAX) faults.push(`${path}: has ${lines} lines; split it, ${LINES_MAX} is the most`);
  if (!path.startsWith('engine/')) return faults;

  const visit = (node: ts.Node): void => {
    const imported = importedFrom(node);
    if (imported !== null) {
      const words = importFault(path, imported);
      if (words !== null) fault(node, words);
    }
    const words = bannedUse(node);
    if (words !== null) fault(node, words);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** The module that an import, an export from, or an `import()` names. */
function importedFrom(node: ts.Node): string | null {
  const specifier =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  if (specifier === undefined) return null;
  return ts.isStringLiteral(specifier) ? specifier.text : specifier.getText();
}

function importFault(path: string, imported: string): string | null {
  const own = stageOf(path);
  const stage = STAGES[own];
  if (stage === undefined)
    return `is in no stage of the engine; put it into one of ${STAGES.map(({ name }) => name).join(', ')}`;
  if (imported.startsWith('.')) {
    const target = new URL(imported, `file:///${path}`).pathname.slice(1);
    if (target.startsWith('schemas/')) return null;
    if (!target.startsWith('engine/'))
      return `imports ${target}; the engine imports nothing outside itself, use a port`;
    const theirs = stageOf(target);
    if (theirs !== -1 && theirs <= own) return null;
    return `${stage.name} imports ${target}; imports point one way: ${STAGES.map(({ name }) => name).join(' ← ')}`;
  }
  if (imported.startsWith('node:')) return `imports ${imported}; the engine knows no platform, use a port`;
  const name = imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');
  if (stage.packages.includes(name)) return null;
  const allowed = stage.packages.length === 0 ? 'no package' : `only ${stage.packages.join(', ')}`;
  return `imports ${imported}; ${stage.name} uses ${allowed}`;
}

/** -1: in no stage. */
const stageOf = (path: string): number => STAGES.findIndex(({ name }) => name === path.split('/')[1]);

function bannedUse(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`;
    const instead = BANNED_MEMBERS.get(name);
    return instead === undefined ? null : `${name} is banned here, ${instead}`;
  }
  const isDate = (callee: ts.Node): boolean => ts.isIdentifier(callee) && callee.text === 'Date';
  if (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments ?? []).length === 0) {
    return 'new Date() is banned here, use the Clock port';
  }
  if (ts.isCallExpression(node) && isDate(node.expression))
    return 'Date() is banned here, use the Clock port';
  if (!ts.isIdentifier(node) || !isUse(node)) return null;
  const instead = BANNED_NAMES.get(node.text);
  return instead === undefined ? null : `${node.text} is banned here, ${instead}`;
}

/** A name that stands for the platform's own: not a member's, nor a property's, nor one that is declared just there. */
function isUse(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return nameOfMember(parent) !== name;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isBindingElement(parent) && parent.propertyName === name) return false;
  const declares =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isBindingElement(parent);
  return !(declares && parent.name === name);
}

const nameOfMember = (member: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node =>
  ts.isQualifiedName(member) ? member.right : member.name;

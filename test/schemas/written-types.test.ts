import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { readRuleSchemas } from '../../scripts/reference/schema.ts';
import { differences, shapeOfSchema, shapeOfType, type Shape } from './shape.ts';

const root = join(import.meta.dirname, '../..');

/** The type of what a user writes, for each schema. */
const TYPES: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ['contract', { file: 'engine/compile/written-contract.ts', type: 'WrittenContract' }],
  ['itsm', { file: 'engine/compile/itsm/written-itsm.ts', type: 'WrittenItsm' }],
  ['tests', { file: 'engine/compile/tests/written-tests.ts', type: 'WrittenTests' }],
]);

const schemas = readRuleSchemas();
const files = [...TYPES.values()].map(({ file }) => join(root, file));
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
const program = ts.createProgram(files, options);
const checker = program.getTypeChecker();

function typeShape(file: string, name: string): Shape {
  const source = program.getSourceFile(join(root, file));
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const symbol = module?.exports?.get(ts.escapeLeadingUnderscores(name));
  if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
  return shapeOfType(checker.getDeclaredTypeOfSymbol(symbol), checker);
}

describe('the schemas and the types of what users write', () => {
  it('belong together: each schema has a type', () => {
    expect([...TYPES.keys()].sort()).toEqual([...schemas.keys()].sort());
  });

  it.each([...schemas])(
    'say the same of %s: keys, what is required, kinds, allowed words',
    (name, schema) => {
      const { file, type } = TYPES.get(name) ?? { file: '', type: '' };
      const found = differences(shapeOfSchema(schema, schema), typeShape(file, type), {
        schema: `schemas/${name}.schema.json`,
        type,
      });

      expect(found, found.join('\n')).toEqual([]);
    },
  );
});

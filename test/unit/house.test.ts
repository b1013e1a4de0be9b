import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { houseFaults } from '../support/house-rules.ts';

const root = join(import.meta.dirname, '../..');

/** Paths below the project's root, with slashes. */
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

const readText = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the house', () => {
  it('keeps its rules: imports point one way, the core has no clock, chance or platform, files are short', () => {
    const sources = [...filesIn('engine', '.ts'), ...filesIn('adapters', '.ts')];

    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((path) => houseFaults(path, readText(path)))).toEqual([]);
  });

  it.each(filesIn('schemas', '.json'))('has a valid JSON Schema in %s', (path) => {
    const schema = JSON.parse(readText(path)) as AnySchema & { readonly $schema: string };
    const draft = schema.$schema.includes('draft-07') ? new Ajv() : new Ajv2020();

    expect(draft.validateSchema(schema), draft.errorsText()).toBe(true);
  });
});

describe('the rules of the house', () => {
  it.each([
    [
      'engine/domain/a.ts',
      'domain imports engine/wire/b.ts; imports point one way',
      `import { b } from '../wire/b.ts';`,
    ],
    ['engine/a.ts', 'is in no stage of the engine', `import { b } from './domain/b.ts';`],
    ['engine/wire/a.ts', 'wire imports engine/runtime/ports.ts', `export * from '../runtime/ports.ts';`],
    ['engine/map/a.ts', 'map imports engine/decide/b.ts', `const b = await import('../decide/b.ts');`],
    ['engine/plan/a.ts', 'plan imports engine/runtime/b.ts', `let b: import('../runtime/b.ts').B;`],
    [
      'engine/runtime/a.ts',
      'imports adapters/b.ts; the engine imports nothing',
      `import { b } from '../../adapters/b.ts';`,
    ],
    ['engine/runtime/a.ts', 'imports node:fs; the engine knows no platform', `import { b } from 'node:fs';`],
    [
      'engine/runtime/a.ts',
      'imports fs/promises; runtime uses no package',
      `import { b } from 'fs/promises';`,
    ],
    ['engine/map/a.ts', 'imports jsonata; map uses no package', `import jsonata from 'jsonata';`],
    ['engine/wire/a.ts', 'imports yaml; wire uses only ajv, ajv-formats', `import yaml from 'yaml';`],
    ['engine/helpers/a.ts', 'is in no stage of the engine', `import { b } from './b.ts';`],
    ['engine/plan/a.ts', 'Date.now is banned here, use the Clock port', `const now = Date.now();`],
    ['engine/plan/a.ts', 'new Date() is banned here, use the Clock port', `const now = new Date();`],
    ['engine/plan/a.ts', 'new Date() is banned here, use the Clock port', `const now = new Date;`],
    ['engine/plan/a.ts', 'Date() is banned here, use the Clock port', `const now = Date();`],
    ['engine/plan/a.ts', 'setTimeout is banned here, use Clock.sleep', `setTimeout(run, 5);`],
    ['engine/plan/a.ts', 'setInterval is banned here, use Clock.sleep', `const wait = { setInterval };`],
    ['engine/plan/a.ts', 'setImmediate is banned here', `setImmediate(run);`],
    ['engine/plan/a.ts', 'queueMicrotask is banned here', `queueMicrotask(run);`],
    ['engine/plan/a.ts', 'AbortSignal.timeout is banned here', `AbortSignal.timeout(5);`],
    ['engine/plan/a.ts', 'Math.random is banned here, use the Random port', `const dice = Math.random();`],
    ['engine/plan/a.ts', 'crypto is banned here, use the Random port', `const id = crypto.randomUUID();`],
    ['engine/plan/a.ts', 'process is banned here, have it handed in', `const key = process.env.KEY;`],
    ['engine/plan/a.ts', 'performance is banned here, use the Clock port', `const now = performance.now();`],
    ['engine/plan/a.ts', 'globalThis is banned here', `const now = globalThis.Date;`],
    ['adapters/a.ts', 'has 401 lines; split it, 400 is the most', '\n'.repeat(400) + 'run();'],
  ])('catch, in %s: %s', (path, fault, text) => {
    const faults = houseFaults(path, text);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(faults[0]).toMatch(new RegExp(`^${path}:`));
  });

  it('name the line', () => {
    expect(houseFaults('engine/plan/a.ts', 'const a = 1;\n\nconst b = Date.now();')).toEqual([
      'engine/plan/a.ts:3: Date.now is banned here, use the Clock port',
    ]);
  });

  it.each([
    ['engine/runtime/a.ts', `import { b } from '../domain/b.ts'; import type { c } from '../map/c.ts';`],
    [
      'engine/wire/a.ts',
      `import schema from '../../schemas/bridge/create.schema.json' with { type: 'json' };`,
    ],
    ['engine/compile/a.ts', `import { parse } from 'yaml'; import { Ajv } from 'ajv/dist/2020.js';`],
    [
      'engine/plan/a.ts',
      `const at = new Date(0); const then = Date.parse('2026-01-01'); const day = Date.UTC(2026);`,
    ],
    ['engine/plan/a.ts', `// setTimeout is not used\nconst text = 'process.env';`],
    ['engine/plan/a.ts', `const { process: mine } = work; const step = { crypto: 1 }; work.process();`],
    ['adapters/a.ts', `import { readFileSync } from 'node:fs'; const now = Date.now();`],
  ])('leave other things alone: %s, %j', (path, text) => {
    expect(houseFaults(path, text)).toEqual([]);
  });
});

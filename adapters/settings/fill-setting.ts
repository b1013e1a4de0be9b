import type { Setting } from '../../engine/domain/setting.ts';
import { placeText } from '../../engine/domain/place.ts';

export type FilledSetting =
  | { readonly kind: 'filled'; readonly text: string }
  /** In words, with the place; never with a value. */
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Fills in `${NAME}` from the environment and `${file:PATH}` from a secret file, whose last line break is left out.
 * `readFile` takes the path as written and throws if there is no such file. All that is missing is said at once.
 */
export function fillSetting(
  setting: Setting,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): FilledSetting {
  const missing: string[] = [];
  const text = setting.text.replace(/\$\{([^}]*)\}/g, (written, inside: string) => {
    const value = valueOf(inside.trim(), written, environment, readFile);
    if (value.kind === 'filled') return value.text;
    missing.push(value.reason);
    return '';
  });
  if (missing.length === 0) return { kind: 'filled', text };
  return { kind: 'missing', reason: `${placeText(setting.place)}: ${missing.join('; ')}` };
}

function valueOf(
  name: string,
  written: string,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): FilledSetting {
  if (name.startsWith('file:')) return contentOf(name.slice('file:'.length).trim(), readFile);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return { kind: 'missing', reason: `${written} is neither \${NAME} nor \${file:PATH}` };
  }
  const value = environment[name];
  if (value === undefined) return { kind: 'missing', reason: `the environment variable ${name} is not set` };
  if (value === '') return { kind: 'missing', reason: `the environment variable ${name} is empty` };
  return { kind: 'filled', text: value };
}

function contentOf(path: string, readFile: (path: string) => string): FilledSetting {
  let content: string;
  try {
    content = readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { kind: 'missing', reason: `the secret file ${path} cannot be read${code}` };
  }
  const text = content.replace(/\r?\n$/, '');
  return text === ''
    ? { kind: 'missing', reason: `the secret file ${path} is empty` }
    : { kind: 'filled', text };
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorWords } from '../../engine/domain/error-words.ts';
import type { Clock } from '../../engine/runtime/ports.ts';
import type { Environment } from '../assembly/open-contract.ts';
import { pinoLog } from '../log/pino-log.ts';
import { isLoopback } from '../http/loopback.ts';
import { TOKEN_LENGTH_MIN } from '../preview/limits.ts';
import { startPreviewServer } from '../preview/server.ts';
import { MAIN_FILE } from '../rules/read-contract-folder.ts';
import { EXIT, type ExitCode } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { areFolders, contractFolders, RULES_FOLDER } from './contract-folders.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  /** A file with the token; null: it is taken from the environment, if it is there. */
  readonly tokenFile: string | null;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TOKEN_NAME = 'BRIDGEHEAD_PREVIEW_TOKEN';

/**
 * `bridgehead serve [FOLDER…]`: previews over HTTP, until it is told to stop; without folders, of the contracts below
 * `rules/`. The log goes to standard output as JSON,
 * everything else to `out`. A folder is a contract, or holds contracts.
 */
export async function servePreviews(
  folders: readonly string[],
  out: Output,
  { host, port, tokenFile, environment, clock, signal }: ServeOptions,
): Promise<ExitCode> {
  if (!(await areFolders(folders, out))) return EXIT.usage;
  const token = await readToken(tokenFile, environment);
  if (token.kind === 'bad') {
    out.write(`${token.reason}\n`);
    return EXIT.usage;
  }
  if (token.text === null && !isLoopback(host)) {
    out.write(
      `${host} can be reached from other machines, so a token is needed: --token-file FILE or ${TOKEN_NAME}, ` +
        `${TOKEN_LENGTH_MIN} characters or more.\n`,
    );
    return EXIT.usage;
  }
  const contracts = await contractsIn(folders.length > 0 ? folders : [RULES_FOLDER]);
  if (folders.length > 0 && contracts.length === 0) {
    out.write(`There is no contract in ${folders.join(', ')}: a contract is a folder with a ${MAIN_FILE}.\n`);
    return EXIT.usage;
  }
  const log = pinoLog({ clock, secrets: token.text === null ? [] : [token.text] });
  try {
    const server = await startPreviewServer({
      folders: contracts,
      host,
      port,
      token: token.text,
      environment,
      clock,
      log,
    });
    out.write(`Previews are served at ${server.url}, with a page to try them at ${server.url}/docs\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.stop();
    return EXIT.ok;
  } catch (error) {
    out.write(`Previews cannot be served: ${errorWords(error)}\n`);
    return EXIT.cannotRun;
  }
}

/** The folders that are contracts, and the contracts below those that are not. */
async function contractsIn(folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const isContract = existsSync(path.join(folder, MAIN_FILE));
    found.push(...(isContract ? [folder] : await contractFolders(folder)));
  }
  return found;
}

async function readToken(
  file: string | null,
  environment: Environment,
): Promise<
  { readonly kind: 'token'; readonly text: string | null } | { readonly kind: 'bad'; readonly reason: string }
> {
  const from = file ?? TOKEN_NAME;
  let text = environment[TOKEN_NAME] ?? null;
  if (file !== null) {
    try {
      text = (await readFile(file, 'utf8')).trim();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return { kind: 'bad', reason: `The token file ${file} cannot be read: ${code}.` };
    }
  }
  if (text === null) return { kind: 'token', text };
  if (text.length < TOKEN_LENGTH_MIN || !/^[\x21-\x7e]+$/.test(text)) {
    const reason = `The token in ${from} must have ${TOKEN_LENGTH_MIN} characters or more, without blanks: openssl rand -hex 24 makes one.`;
    return { kind: 'bad', reason };
  }
  return { kind: 'token', text };
}

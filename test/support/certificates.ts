import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Issuer {
  /** What who trusts it is given. */
  readonly ca: string;
  /** For these names (`DNS:…`, `IP:…`), good between these days (`2026-01-01`). */
  issue(names: string, from: string, until: string): Promise<Certificate>;
  end(): Promise<void>;
}

const CONFIG = `
[ca]
default_ca = own
[own]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
`;

/** Somebody who issues certificates, with openssl. */
export async function certificateIssuer(): Promise<Issuer> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'bridgehead-ca-'));
  const openssl = (...args: readonly string[]) => run('openssl', [...args], { cwd });
  const file = (name: string) => path.join(cwd, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await writeFile(file('ca.cnf'), CONFIG);
  await writeFile(file('index.txt'), '');
  await writeFile(file('serial'), '1000\n');
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '36500',
    '-subj',
    '/O=Test Authority/CN=Root',
  );
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    issue: async (names, from, until) => {
      const at = (day: string): string => `${day.replaceAll('-', '')}000000Z`;
      await writeFile(file('names.cnf'), `subjectAltName = ${names}\n`);
      await openssl(
        'req',
        ...newKey,
        '-keyout',
        'leaf.key',
        '-out',
        'leaf.csr',
        '-subj',
        '/O=Test/CN=Bridge',
      );
      await openssl(
        'ca',
        '-batch',
        '-config',
        'ca.cnf',
        '-cert',
        'ca.pem',
        '-keyfile',
        'ca.key',
        '-in',
        'leaf.csr',
        '-out',
        'leaf.pem',
        '-startdate',
        at(from),
        '-enddate',
        at(until),
        '-extfile',
        'names.cnf',
        '-notext',
      );
      return {
        key: await readFile(file('leaf.key'), 'utf8'),
        cert: await readFile(file('leaf.pem'), 'utf8'),
      };
    },
    end: () => rm(cwd, { recursive: true, force: true }),
  };
}

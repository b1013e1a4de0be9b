// How long `check` takes on a contract of some 2,000 lines: compiling alone, and the whole process.
//
//     node bench/check-large-contract.mjs [LINES]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { register } from 'tsx/esm/api';

const LINES = Number(process.argv[2] ?? 2000);
const ROUNDS = 5;

register();
const { compileContract } = await import('../engine/compile/compile-contract.ts');

/** Half of the lines are table entries, the rest triggers, filters and error rules of two lines each. */
function largeContract(lines) {
  const count = (share) => Math.max(1, Math.floor(lines * share));
  const numbered = (number, write) => Array.from({ length: number }, (_, index) => write(index)).join('\n');
  const rules = numbered(
    count(0.15),
    (at) =>
      `    - name: team ${at}\n      when: group = 'Team ${at}' and (kind = 'incident' or $contains(title, 'vpn ${at}'))`,
  );
  const filters = numbered(
    count(0.05),
    (at) =>
      `    - name: category ${at}\n      when: category = 'Category ${at}' and ensonoGroup != 'Group ${at}'`,
  );
  const errors = numbered(
    count(0.05),
    (at) => `  - { name: refusal ${at}, when: "$contains(text, 'refusal ${at}')", then: park }`,
  );
  const appended = numbered(
    20,
    (at) => `        Line ${at}: custom.field_${at} ? $string(custom.field_${at})`,
  );
  return `contract: large
client_name: Large
bridge: { url: '\${LARGE_URL}', key: '\${LARGE_KEY}', poll: 30s }
itsm: itsm.yaml
tables:
  status: { New: open, Busy: workinprogress, Hold: pending, Done: resolved, Closed: closed, Off: cancelled }
  priority: { P1: '1', P2: '2', otherwise: '3' }
  group:
${numbered(count(0.5), (at) => `    Team ${at}: Provider Team ${at}`)}
outbound:
  triggers:
${rules}
  ticket_type: "'Incident'"
  fields:
    shortDescription: title
    description:
      value: text
      append:
${appended}
    status: { value: status, table: status }
    priority: { value: priority, table: priority }
    group: { value: group, table: group, default: Provider Desk }
    contactName: caller
    contactEmail: { value: mail, default: desk@large.example }
    closeNotes: { value: solution, default: Done. }
inbound:
  out_of_scope:
${filters}
  fields:
    title: shortDescription
    status: { value: status, table: status }
    group: { value: group, table: group, default: Team 0 }
  reopen: reopen
errors:
${errors}
`;
}

const ITSM = `database: { time_zone: UTC }
tickets:
  table: tickets
  key: id
  number: number
  provider_number: vendor_ref
  fields:
${['kind', 'title', 'text', 'status', 'priority', 'group', 'caller', 'mail', 'solution'].map((name) => `    ${name}: c_${name}`).join('\n')}
  custom_fields:
    table: extra
    ticket: ticket_id
    name: name
    value: value
    fields: { ${Array.from({ length: 20 }, (_, at) => `field_${at}: F${at}`).join(', ')} }
changes:
  - { table: tickets, key: id, ticket: id, changed: updated_at }
`;

const contract = largeContract(LINES);
const files = new Map([
  ['contract.yaml', contract],
  ['itsm.yaml', ITSM],
]);

const timed = (work) => {
  const start = performance.now();
  const result = work();
  return { ms: performance.now() - start, result };
};

const compiled = Array.from({ length: ROUNDS }, () =>
  timed(() => compileContract({ files, main: 'contract.yaml' })),
);
const folder = mkdtempSync(path.join(tmpdir(), 'bridgehead-bench-'));
for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
const command = path.join(import.meta.dirname, '../bin/bridgehead.mjs');
const processes = [folder, path.join(import.meta.dirname, '../rules/acme')].map((checked) =>
  timed(() => spawnSync(process.execPath, [command, 'check', checked], { encoding: 'utf8' })),
);
rmSync(folder, { recursive: true });

const [large, small] = processes;
const [first, ...later] = compiled;
console.log(`lines                     ${contract.split('\n').length}`);
console.log(`expressions               ${(contract.match(/when:/g) ?? []).length} conditions`);
console.log(`diagnostics               ${first.result.diagnostics.length}`);
console.log(`compile, the first time   ${first.ms.toFixed(0)} ms`);
console.log(`compile, warmed up        ${Math.min(...later.map(({ ms }) => ms)).toFixed(0)} ms`);
console.log(
  `bridgehead check          ${large.ms.toFixed(0)} ms  (${large.result.stdout.trim().split('\n').at(-1)})`,
);
console.log(`the same for rules/acme   ${small.ms.toFixed(0)} ms`);
for (const { severity, code, message, place } of first.result.diagnostics.slice(0, 3))
  console.log(`  ${place.line} ${severity} ${code} ${message}`);

import { FILES } from './focuses.ts';
import type { Mutant } from './mutant.ts';

/** Files, both ways. */
export const FILES_MUTANTS: readonly Mutant[] = [
  {
    name: 'files of one name',
    because: 'nobody attaches two files of the same name',
    file: 'engine/plan/plan-attachments.ts',
    find: `  const taken = [...uploads.map(({ name }) => name), ...theirs];`,
    replace: `  const taken = [...theirs];`,
    focus: { contract: 'acme', actionsPerTicket: 16 },
  },
  {
    name: 'a program is known by its name',
    because: 'programs are called .exe',
    file: 'engine/runtime/upload-turn.ts',
    find: `  if (isProgram) {`,
    replace: `  if (isProgram && attachment.name.endsWith('.exe')) {`,
    focus: { contract: 'acme', actionsPerTicket: 16 },
  },
  {
    name: 'a download is marked done before it is stored',
    because: 'nobody else must begin it again while it is written',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `    const isStored = await transact(runtime, async (tx) => {
      const now = runtime.ports.clock.now();
      const download = await tx.store.heldDownload(held);`,
    replace: `    const download = await transact(runtime, async (tx) => {
      const known = await tx.store.heldDownload(held);
      await tx.store.endDownload(held);
      return known;
    });
    const isStored = await transact(runtime, async (tx) => {
      const now = runtime.ports.clock.now();`,
    focus: { ...FILES, rates: { crash: 0.02, 'lost connection': 0.04 } },
  },
  {
    name: 'an expired address is asked for ever',
    because: 'an upload asks for another address then, and a download can as well',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `    return { kind: 'refused', reason: 'its address has expired, says its server' };`,
    replace: `    return { kind: 'failed', reason: 'its address has expired, says its server' };`,
    focus: FILES,
  },
  {
    name: 'an address is asked also when it has expired',
    because: 'its server knows best until when it is good',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `    expiresAt > now && attempts <= DOWNLOAD_ATTEMPTS_MAX`,
    replace: `    attempts <= DOWNLOAD_ATTEMPTS_MAX`,
    focus: { ...FILES, rates: { 'lost request': 0.6 } },
  },
  {
    name: 'half a file is a file',
    because: 'a connection that breaks is an error of the stream',
    file: 'engine/runtime/measured.ts',
    find: `  if (byProvider === null || measure.size === byProvider) return;`,
    replace: `  if (byProvider !== 7 || measure.size === byProvider) return;`,
    focus: { ...FILES, rates: { 'lost answer': 0.4 } },
  },
  {
    name: 'what could not be had is refused at once',
    because: 'the provider can attach it again',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `  if (opened.kind === 'refused' || opened.kind === 'failed') return opened;`,
    replace: `  if (opened.kind === 'refused' || opened.kind === 'failed') return { ...opened, kind: 'refused' };`,
    focus: { ...FILES, rates: { 'server error': 0.3 } },
  },
  {
    name: 'a file is stored for each message that tells of it',
    because: 'a message that is new brings a file that is new',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `    ({ kind, providerId }) => kind === 'attachment' && providerId === addressId(download),`,
    replace: `    ({ kind, providerId }) => kind === 'attachment' && providerId === download.messageId,`,
    focus: { ...FILES, rates: { 'sender duplicate': 0.4 } },
  },
  {
    name: 'a file that came from there is sent back',
    because: 'an entry of the ledger names what has crossed',
    file: 'engine/runtime/fetch-attachment.ts',
    find: `        kind: 'attachment',
        clientId,`,
    replace: `        clientId,`,
    focus: FILES,
  },
  {
    name: 'a file keeps the name that it has there',
    because: 'the column takes any name',
    file: 'engine/runtime/take-attachment.ts',
    find: `safeFileName(typeof attachmentName === 'string' ? attachmentName : '')`,
    replace: `typeof attachmentName === 'string' ? attachmentName : safeFileName('')`,
    focus: FILES,
  },
];

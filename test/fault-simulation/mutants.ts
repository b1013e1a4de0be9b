import { minutes } from '../../engine/domain/instant.ts';
import type { Focus } from './focus.ts';

/** A deliberate break of the engine: one text in one file becomes another. */
export interface Mutant {
  readonly name: string;
  /** Why somebody could write it. */
  readonly because: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where it shows; default: in what any seed chooses. */
  readonly focus?: Focus;
}

/** Answers that are missing, of calls that were carried out, and of some that were not. */
const UNANSWERED: Focus = {
  rates: { 'lost answer': 0.4, 'server error with effect': 0.3, 'lost request': 0.05 },
};
/** Tickets that exist twice, because nobody says that the first create was carried out. */
const TWICE: Focus = { rates: { 'lost answer': 0.45 }, returnNumber: 'never' };
/** Everything that the queue brings more than once, in any order. */
const REPEATED: Focus = { rates: { 'sender duplicate': 0.4, 'queue duplicate': 1, 'unsorted read': 1 } };
/** Words of both sides that cross. */
const CROSSING: Focus = { rates: { 'slow network': 0.4 }, latencyMsMax: 1500 };
/** Processes that stand still while others go on with their work. */
const FROZEN: Focus = {
  rates: { freeze: 1 },
  processes: 3,
  tickets: 30,
  actionsPerTicket: 8,
  latencyMsMax: 4000,
};
/** People at work, and nothing goes wrong. */
const QUIET: Focus = {};
/** Changes and their approvals. */
const CHANGES: Focus = { contract: 'initech', tickets: 15, actionsPerTicket: 14 };
/** Changes on which people decide one thing and then the other. */
const DECIDED_ANEW: Focus = {
  contract: 'initech',
  tickets: 6,
  actionsPerTicket: 60,
  activeMs: minutes(15),
};
/** Requests of which the provider re-opens what was done. */
const REOPENED: Focus = {
  contract: 'initech',
  tickets: 25,
  actionsPerTicket: 30,
  activeMs: minutes(15),
  rates: { 'slow network': 0.2 },
};
/** Digits are one more in the middle of it. */
const YEAR_2001: Focus = {
  origin: 1_000_000_000_000 - minutes(4),
  rates: { 'unsorted read': 1, 'bridge unreachable': 0.5 },
  tickets: 20,
};

/** Tickets of which some are deleted while calls go unanswered. */
const DELETED: Focus = { contract: 'acme', tickets: 30, actionsPerTicket: 8, rates: { 'lost answer': 0.3 } };

/** Files that the provider's people attach. */
const FILES: Focus = { contract: 'acme', tickets: 12, actionsPerTicket: 4 };

/** Tickets on which so much is written that some of it is too long. */
const LONG: Focus = { tickets: 20, actionsPerTicket: 24, activeMs: minutes(12), wordy: true };

/** Columns that take less than the provider says. */
const NARROW: Focus = { narrow: true, tickets: 12, actionsPerTicket: 16 };

/** Each must be caught by the simulation. A `find` that is not in its file, or there twice, is an error of this list. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'delete before commit',
    because: 'it looks safer to free the queue first, and the commit hardly ever fails',
    file: 'engine/runtime/accept.ts',
    find: `    const keeping = await keepOrNote(runtime, queue, gate);`,
    replace: `    for (const message of queue.messages) await remove(runtime, message);
    const keeping = await keepOrNote(runtime, queue, gate);`,
  },
  {
    name: 'a known message is not deleted again',
    because: 'a duplicate changes nothing, so it seems to need nothing',
    file: 'engine/runtime/accept.ts',
    find: `    for (const message of kept) await remove(runtime, message);`,
    replace: `    for (const message of kept) if (message.receiveCount === 1) await remove(runtime, message);`,
    focus: { rates: { 'slow delete': 0.4, 'lost answer': 0.1 } },
  },
  {
    name: 'no intent',
    because: 'the outcome is saved anyway, one commit less is faster',
    file: 'engine/runtime/commit-intent.ts',
    find: `  await tx.store.saveLane(expecting);`,
    replace: `  await tx.store.saveLane({ ...expecting, state: { ...expecting.state, intent: null } });`,
    focus: { rates: { crash: 0.02, 'lost answer': 0.1 }, activeMs: minutes(3), tickets: 2 },
  },
  {
    name: 'resend too early',
    because: 'a minute is long, and the bridge is usually fast',
    file: 'engine/domain/limits.ts',
    find: `export const PATIENCE_MS_MIN = seconds(60);`,
    replace: `export const PATIENCE_MS_MIN = seconds(20);`,
  },
  {
    name: 'a call left by a dead process is repeated at once',
    because: 'the new process knows of no call, so nothing seems to be under way',
    file: 'engine/runtime/prepare-call.ts',
    find: `  if (intent === null) return null;`,
    replace: `  if (intent === null || (resendAt === null && intent.kind === 'notes')) return null;`,
    focus: { rates: { crash: 0.03, 'lost answer': 0.1 } },
  },
  {
    name: 'order by SentTimestamp as text',
    because: 'the attribute is a text on the wire',
    file: 'engine/domain/message.ts',
    find: `  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;`,
    replace: `  if (a.sentAt !== b.sentAt) return String(a.sentAt) < String(b.sentAt) ? -1 : 1;`,
    focus: YEAR_2001,
  },
  {
    name: 'SequenceNumber as a double',
    because: 'it is a number, and Number() reads numbers',
    file: 'engine/domain/message.ts',
    find: `  const left = BigInt(a.sequence);
  const right = BigInt(b.sequence);`,
    replace: `  const left = Number(a.sequence);
  const right = Number(b.sequence);`,
    focus: REPEATED,
  },
  {
    name: 'messages in the order of their arrival',
    because: 'a FIFO queue is in order by its name',
    file: 'engine/domain/message.ts',
    find: `  if (a.sentAt !== b.sentAt) return a.sentAt - b.sentAt;`,
    replace: `  if (a.sentAt >= 0) return 0;`,
    focus: REPEATED,
  },
  {
    name: 'cursor without overlap',
    because: 'everything before the cursor was seen',
    file: 'engine/runtime/detect.ts',
    find: ` - source.overlapMs;`,
    replace: `;`,
    focus: { rates: { 'late commit': 0.4 } },
  },
  {
    name: 'the cursor passes the second of the last row',
    because: 'rows of that second were read',
    file: 'engine/runtime/detect.ts',
    find: ` - source.overlapMs;`,
    replace: ` + 1000;`,
    focus: { rates: { 'late commit': 0.4 } },
  },
  {
    name: 'a ticket is not looked at once more',
    because: 'a row that was seen with this date is seen',
    file: 'engine/runtime/detect.ts',
    find: `now + source.settleMs, now + source.overlapMs);`,
    replace: `now + source.settleMs, null);`,
    focus: { rates: { 'late commit': 0.8 } },
  },
  {
    name: 'shadow moved whole',
    because: 'the message is applied, so both sides have what the row says',
    file: 'engine/plan/move-shadow.ts',
    find: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields };`,
    replace: `  const fields: { [field in UpdateField]?: string } = { ...shadow.fields, ...after };`,
    focus: CROSSING,
  },
  {
    name: 'shadow not moved by a message',
    because: 'only our own calls are what we agreed to',
    file: 'engine/runtime/write-update.ts',
    find: `withState(moved(after.payload, restsOf(after.shortened)), {`,
    replace: `withState(lane, {`,
  },
  {
    name: 'unsure ignored',
    because: 'the value is the same as the one that was agreed',
    file: 'engine/plan/changed-fields.ts',
    find: `=> (is !== was || unsure.includes(field) ? is : undefined);`,
    replace: `=> (is !== was ? is : undefined);`,
    focus: UNANSWERED,
  },
  {
    name: 'everything is sent',
    because: 'an update with all fields cannot miss one',
    file: 'engine/plan/changed-fields.ts',
    find: `  return changed;`,
    replace: `  const { status, closeNotes, ...all } = now;
  return Object.keys(changed).length > 0 ? { ...all, ...changed } : changed;`,
  },
  {
    name: 'nothing is unsure before a call',
    because: 'the answer will tell',
    file: 'engine/plan/move-shadow.ts',
    find: `    unsure: union(shadow.unsure, names),
    sent`,
    replace: `    unsure: shadow.unsure,
    sent`,
    focus: UNANSWERED,
  },
  {
    name: 'a message that crosses our call is newer',
    because: 'it arrives later',
    file: 'engine/plan/move-shadow.ts',
    find: `if (sent === undefined || sentAt > sent.to) return 'newer';`,
    replace: `if (sent === undefined || sentAt >= sent.from) return 'newer';`,
    focus: { rates: { 'late effect': 0.6 }, latencyMsMax: 5000, actionsPerTicket: 30 },
  },
  {
    name: 'an ending in doubt',
    because: 'a closing crosses our calls as any other change does',
    file: 'engine/plan/move-shadow.ts',
    find: `    if (field === 'status' && ended !== null) {`,
    replace: `    if (field === 'status' && ended === 'never') {`,
    focus: {
      rates: { 'slow network': 0.2, 'too many requests': 0.3, 'bridge unreachable': 0.2 },
      latencyMsMax: 1500,
    },
  },
  {
    name: 'comments of a create are not in the ledger',
    because: 'the create is settled, and its fields are agreed',
    file: 'engine/runtime/link.ts',
    find: `  await recordSent(tx, lane.id, intent.comments, now);
  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
    replace: `  return {
    ...withState(lane, {
      link: 'linked',
      origin: 'client',
      shadow: {
        fields: { ...intent.fields`,
  },
  {
    name: 'comments of a repeated create',
    because: 'what is new since then can travel along',
    file: 'engine/plan/plan-outbound.ts',
    find: `    intent?.kind === 'create' ? unsent.filter(({ key }) => intent.comments.includes(key)) : unsent;`,
    replace: `    intent?.kind === 'create' ? unsent : unsent;`,
    focus: TWICE,
  },
  {
    name: 'an update without an answer counts as sent',
    because: 'nearly always it has arrived',
    file: 'engine/runtime/confirm-outcome.ts',
    find: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : {});`,
    replace: `export const doubtful = (lane: Lane, intent: Intent): Lane =>
  withState(lane, intent.kind === 'create' ? { link: 'unknown' } : intent.kind === 'update' ? { intent: null, shadow: confirmCall(lane.state.shadow, intent.fields, { from: intent.at, to: intent.at }) } : {});`,
    focus: UNANSWERED,
  },
  {
    name: 'the newest comment first',
    because: 'people read the newest first',
    file: 'engine/plan/plan-comments.ts',
    find: `  return mapped.filter((comment) => !crossed.has(comment.key));`,
    replace: `  return mapped.filter((comment) => !crossed.has(comment.key)).reverse();`,
  },
  {
    name: 'a comment is looked up by its message',
    because: 'a message that is new brings a comment that is new',
    file: 'engine/runtime/write-comment.ts',
    find: `    providerId !== null &&\n    ledger.some(`,
    replace: `    providerId === '' &&\n    ledger.some(`,
    focus: REPEATED,
  },
  {
    name: 'duplicate not checked',
    because: 'a FIFO queue delivers exactly once',
    file: 'adapters/database/simulated/inbox.ts',
    find: `        if (this.#byMessage.has(message.id)) return false;`,
    replace: ``,
    focus: REPEATED,
  },
  {
    name: 'a second Create opens a second ticket',
    because: 'a Create opens a ticket',
    file: 'engine/decide/decide-message.ts',
    find: `    case 'Create':
      if (lane.clientTicket === null)`,
    replace: `    case 'Create':
      if (lane.clientTicket === null || textOf(context, 'clientTicketNumber') === '')`,
    focus: REPEATED,
  },
  {
    name: 'numberOwed forgotten',
    because: 'the row has the number, so both sides know the ticket',
    file: 'engine/runtime/open-ticket.ts',
    find: `      numberOwed: true,`,
    replace: `      numberOwed: false,`,
  },
  {
    name: 'surplus not cancelled',
    because: 'it was told to the operator',
    file: 'engine/runtime/surplus-lane.ts',
    find: `{ surplus: [...lane.state.surplus, providerTicket] }`,
    replace: `{ surplus: lane.state.surplus }`,
    focus: TWICE,
  },
  {
    name: "what is said of a surplus ticket is nobody's",
    because: 'it is cancelled, so nobody writes to it any more',
    file: 'engine/runtime/surplus-lane.ts',
    find: `  if (!isOthers) {`,
    replace: `  if (!isOthers && now === 0) {`,
    focus: { ...TWICE, returnNumber: 'lost', leavesNumberOut: true, notesCarryAllFields: false },
  },
  {
    name: 'a second provider ticket takes over',
    because: 'the newest number is the right one',
    file: 'engine/decide/decide-message.ts',
    find: `      : { kind: 'surplus', providerTicket };
  }

  switch (type) {`,
    replace: `      : { kind: 'link', providerTicket };
  }

  switch (type) {`,
    focus: TWICE,
  },
  {
    name: 'closing without resolving',
    because: 'closed says more than resolved',
    file: 'engine/plan/plan-outbound.ts',
    find: `        ...(isResolved
          ? []`,
    replace: `        ...(isResolved || agreed !== 'never'
          ? []`,
    focus: QUIET,
  },
  {
    name: 'a ticket re-opened there is closed as if it were resolved',
    because: 'ours has been resolved all the time',
    file: 'engine/runtime/open-again.ts',
    find: `        lane: withState(lane, { reopenedThere: true }),`,
    replace: `        lane: withState(lane, {}),`,
    focus: { contract: 'globex', tickets: 25, actionsPerTicket: 30, activeMs: minutes(15) },
  },
  {
    name: 'a replaced ticket does not say what it had to say',
    because: 'the new one has what the provider says, and that is what counts now',
    file: 'engine/runtime/apply-message.ts',
    find: `    if (await hasUnsentComments(contract, tx, ready, now)) return { kind: 'speak-first', lane: ready };`,
    replace: ``,
    focus: REOPENED,
  },
  {
    name: 'a replaced ticket names itself',
    because: 'both have the same title, so who would notice',
    file: 'engine/runtime/open-again.ts',
    find: `{ [onOld]: number }`,
    replace: `{ [onOld]: ticket.number }`,
    focus: REOPENED,
  },
  {
    name: 'a replaced ticket keeps its number',
    because: 'whose number it was can be told from it later',
    file: 'engine/runtime/open-again.ts',
    find: `  await tx.itsm.setProviderNumber(ticket.key, null, now);`,
    replace: ``,
    focus: REOPENED,
  },
  {
    name: 'comments after the close',
    because: 'the status is the most important change',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const actions = inOrder(first, inOrder(notesGoOn, endings));`,
    replace: `  const actions = inOrder(endings, inOrder(first, notesGoOn));`,
    focus: { tickets: 20, actionsPerTicket: 16 },
  },
  {
    name: 'what ends a ticket does not wait for its files',
    because: 'the file is on its way already',
    file: 'engine/plan/plan-outbound.ts',
    find: `  if (first.length === 0 && awaited.length > 0) {`,
    replace: `  if (first.length === 0 && awaited.length > 99) {`,
    focus: { contract: 'acme', rates: { 'lost request': 0.2 }, actionsPerTicket: 16 },
  },
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
  {
    name: 'a rest is sent once for ever',
    because: 'the provider has what the description goes on with',
    file: 'engine/plan/plan-continuation.ts',
    find: `  if (rest === undefined || continued[field] === textDigest(rest)) return [];`,
    replace: `  if (rest === undefined || continued[field] !== undefined) return [];`,
    focus: LONG,
  },
  {
    name: 'a rest that the provider moved is sent back',
    because: 'it is another text now',
    file: 'engine/runtime/write-update.ts',
    find: `      continued: moveContinued(lane.state.continued, rests, restsAfter),`,
    replace: ``,
    focus: LONG,
  },
  {
    name: 'a head that comes back is taken for the whole',
    because: 'the description is what the provider says it is',
    file: 'engine/map/said-back.ts',
    find: `    else if (short?.rest != null) whole[field] = rejoined(said, short.whole, short.rest);`,
    replace: ``,
    focus: LONG,
  },
  {
    name: 'a comment whose first part fits',
    because: 'a call has room for ten comments',
    file: 'engine/plan/plan-comments.ts',
    find: `  comments.flatMap(({ key, parts }) => parts.map((payload) => ({ key, payload })));`,
    replace: `  comments.flatMap(({ key, parts }) => parts.slice(0, 1).map((payload) => ({ key, payload })));`,
    focus: LONG,
  },
  {
    name: 'fields within a resolution',
    because: 'one call less',
    file: 'engine/plan/plan-outbound.ts',
    find: `[ending('resolve', 'resolved', closeNotes, 'the ticket is resolved')]`,
    replace: `[ending('resolve', 'resolved', closeNotes, 'the ticket is resolved')].map(
        (resolution) => ({ ...resolution, fields: { ...changedFields(shadow, wanted), status, closeNotes } }) as Action,
      )`,
    focus: QUIET,
  },
  {
    name: 'closed ticket written to',
    because: 'the provider says no if it does not want it',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const ended = hasEnded(agreed) ? agreed : lane.state.endedThere;`,
    replace: `  const ended = agreed === 'cancelled' ? agreed : lane.state.endedThere;`,
    focus: QUIET,
  },
  {
    name: 'substitutes forgotten',
    because: 'the refused value may be welcome the next time',
    file: 'engine/plan/plan-outbound.ts',
    find: `  const wanted = substitute(mapped.payload, lane.state.substitutes);
  const status = wanted.status;`,
    replace: `  const wanted = mapped.payload;
  const status = wanted.status;`,
    focus: { unknownGroup: true, tickets: 2, actionsPerTicket: 4, activeMs: minutes(3), latencyMsMax: 4000 },
  },
  {
    name: 'kept internal said again and again',
    because: 'the provider has changed it, so it is told again',
    file: 'engine/plan/plan-outbound.ts',
    find: `    if (lane.state.keptInternal || isDone(wanted.status)) return [];`,
    replace: `    if (isDone(wanted.status)) return [];`,
    focus: QUIET,
  },
  {
    name: 'merge loses messages',
    because: 'the lane is gone, and so is what was in it',
    file: 'adapters/database/simulated/inbox.ts',
    find: `    this.#setWaiting(into, [...this.#waitingIn(into), ...moved].sort(compareRows));`,
    replace: `    this.#setWaiting(into, [...this.#waitingIn(into)].sort(compareRows));`,
    focus: { rates: { 'lost answer': 0.5, 'bridge unreachable': 0.2 }, leavesNumberOut: true },
  },
  {
    name: 'out of contract is not remembered',
    because: 'each message is asked for itself',
    file: 'engine/decide/decide-message.ts',
    find: `  if (lane.state.outOfScope !== null && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
    replace: `  if (lane.state.outOfScope === '' && !canBeFiltered(message) && type !== 'ReturnEnsonoNum') {`,
    focus: { ...QUIET, tickets: 30, actionsPerTicket: 6, notesCarryAllFields: false },
  },
  {
    name: 'an outcome that is committed already',
    because: 'the answer came, so it is to be written down',
    file: 'engine/runtime/record-answer.ts',
    find: `  if (lane.state.intent?.id !== call.intent.id) {`,
    replace: `  if (lane.state.intent?.id === '') {`,
    focus: { rates: { 'lost acknowledgement': 0.1 } },
  },
  {
    name: 'an outcome is not waited for',
    because: 'the turn comes again when the database is back',
    file: 'engine/runtime/commit-outcome.ts',
    find: `if (!(error instanceof DatabaseUnavailable) || hurriedTries >= OUTCOME_COMMITS_MAX) throw error;`,
    replace: `if (!(error instanceof DatabaseUnavailable) || hurriedTries < OUTCOME_COMMITS_MAX) throw error;`,
    focus: { rates: { 'lost connection': 0.1 } },
  },
  {
    name: 'a server error is a refusal',
    because: 'the bridge said no',
    file: 'engine/decide/decide-answer.ts',
    find: `      return answer.error === 'server-failure' || answer.error === 'unclear';`,
    replace: `      return answer.error === 'unclear';`,
    focus: { rates: { 'server error with effect': 0.4 } },
  },
  {
    name: 'a reset connection is not reached',
    because: 'the connection is gone, so the request is too',
    file: 'engine/wire/read-answer.ts',
    find: `    return { kind: 'no-answer', reached: answer.reached, reason: answer.reason };`,
    replace: `    return { kind: 'no-answer', reached: answer.reached && answer.reason !== 'connection reset', reason: answer.reason };`,
    focus: { rates: { 'lost answer': 0.4 } },
  },
  {
    name: 'the lease is not asked for before a call',
    because: 'the lane was taken a moment ago',
    file: 'engine/runtime/perform-call.ts',
    find: `  if (!(await hold.by.confirm())) {`,
    replace: `  if ((await Promise.resolve(hold.by.id)) === '') {`,
    focus: FROZEN,
  },
  {
    name: 'lanes are taken from whoever holds them',
    because: "a lane that is due is nobody else's",
    file: 'adapters/database/simulated/instances.ts',
    find: `    return holder.owner === owner || isFree(holder.owner);`,
    replace: `    return holder.fence >= 0 || isFree(holder.owner);`,
    focus: { rates: { 'lost answer': 0.2 }, processes: 3, latencyMsMax: 1500 },
  },
  {
    name: 'patience by the date alone',
    because: 'the lane says when it is to be sent again',
    file: 'engine/runtime/patience.ts',
    find: `      return Math.max(0, since + PATIENCE_MS_MIN - clock.elapsed());`,
    replace: `      return Math.max(0, since - clock.elapsed());`,
    focus: { rates: { 'clock jump': 1, 'lost answer': 0.2, 'lost request': 0.3 } },
  },
  {
    name: 'the ledger is written behind the outcome',
    because: 'the call is what must not be lost, the ledger is bookkeeping',
    file: 'engine/runtime/perform-call.ts',
    find: `    recordAnswer(runtime, tx, call, hold, after, during, refusal);`,
    replace: `{
    const insertLedgerEntry: typeof tx.store.insertLedgerEntry = async (entry) =>
      void ports.clock
        .sleep(1, new AbortController().signal)
        .then(() => ports.database.transaction(({ store }) => store.insertLedgerEntry(entry)))
        .catch(() => undefined);
    const store = { ...tx.store, insertLedgerEntry };
    return recordAnswer(runtime, { ...tx, store }, call, hold, after, during, refusal);
  };`,
    focus: { rates: { crash: 0.04 } },
  },
  {
    name: 'the outcome of a call is undone with the step behind it',
    because: 'what fails is done again',
    file: 'engine/runtime/perform-call.ts',
    find: `  } catch (error) {
    // Whatever`,
    replace: `  } catch (error) {
    if (!(error instanceof ItsmRefused)) throw error;
    // Whatever`,
    focus: { rates: { deadlock: 0.2, 'database away': 0.3, 'lost connection': 0.2 } },
  },
  {
    name: 'one ticket after the other',
    because: 'what is done one after the other needs no locks',
    file: 'engine/domain/limits.ts',
    find: `export const LANES_AT_ONCE = 8;`,
    replace: `export const LANES_AT_ONCE = 1;`,
    focus: { rates: { 'lost answer': 0.4, 'lost request': 0.2 }, tickets: 25 },
  },
  {
    name: 'the wait for a resend is slept in the turn',
    because: 'the turn knows best when it is to go on',
    file: 'engine/runtime/lane-turn.ts',
    find: `    if (end.kind !== 'again') return end;`,
    replace: `    if (end.kind === 'rest' && end.dueAt !== null)
      await runtime.ports.clock.sleep(end.dueAt - runtime.ports.clock.now(), signal);
    if (end.kind !== 'again') return end;`,
    focus: { rates: { 'lost answer': 0.4, 'lost request': 0.2 }, tickets: 25 },
  },
  {
    name: 'the queue is read while the database is away',
    because: 'it may be back when the messages are here',
    file: 'engine/runtime/reading-gate.ts',
    find: `      return { cause: 'database', reason: error.message };`,
    replace: `      return null;`,
    focus: { rates: { 'database away': 0.5 } },
  },
  {
    name: 'an answer that comes late is of no interest',
    because: 'another call has been prepared since',
    file: 'engine/runtime/record-answer.ts',
    find: `    if (after.kind === 'accepted' && after.providerTicket !== null)
      await recordLateCreate`,
    replace: `    if (after.kind === 'substitute' && refusal !== null && call.request.method === 'GET')
      await recordLateCreate`,
    focus: { ...FROZEN, returnNumber: 'never' },
  },
  {
    name: 'who has lost the lane does not say what its call came to',
    because: 'the lane is in other hands',
    file: 'engine/runtime/record-answer.ts',
    find: `    if (after.kind !== 'accepted' && after.kind !== 'so-already')
      return`,
    replace: `    if (!isHeld || (after.kind !== 'accepted' && after.kind !== 'so-already'))
      return`,
    focus: { ...FROZEN, returnNumber: 'never' },
  },
  {
    name: 'others are taken for dead at once',
    because: 'a beat that has not moved since the last look is no sign of life',
    file: 'engine/runtime/membership.ts',
    find: `elapsed - seen.since >= LEASE_MS;`,
    replace: `elapsed - seen.since >= 0 * LEASE_MS;`,
    focus: { ...FROZEN, rates: { 'slow network': 0.3 } },
  },
  {
    name: 'the latest decision is the answer',
    because: 'people may think better of it',
    file: 'engine/plan/plan-change.ts',
    find: `  const sent = answer ?? (decision?.kind === 'decided' ? decision.answer : null);`,
    replace: `  const sent = (decision?.kind === 'decided' ? decision.answer : null) ?? answer;`,
    focus: { ...DECIDED_ANEW, rates: { 'lost answer': 0.4, 'lost request': 0.1 } },
  },
  {
    name: 'an answer is free again after any refusal',
    because: 'the provider said no to it',
    file: 'engine/runtime/approval-answer.ts',
    find: `    isRepeated || known?.mayBeTaken === true ?`,
    replace: `    isRepeated && known?.mayBeTaken === true ?`,
    focus: { ...DECIDED_ANEW, rates: { 'lost answer': 0.4, 'too many requests': 0.5 } },
  },
  {
    name: 'who is not asked any more answers all the same',
    because: 'the decision is there, and somebody took the trouble',
    file: 'engine/plan/plan-change.ts',
    find: `  if (state !== 'requested') return [];`,
    replace: `  if (state === 'answered') return [];`,
    focus: CHANGES,
  },
  {
    name: 'a redraft leaves its approvals open',
    because: 'the change is cancelled here, what is asked about it does not matter',
    file: 'engine/runtime/apply-change.ts',
    find: `        lane: withChange(cancelled.lane, (known) => withdrawAll({ ...known, over })),`,
    replace: `        lane: withChange(cancelled.lane, (known) => ({ ...known, over })),`,
    focus: CHANGES,
  },
  {
    name: 'an approval is asked again by each message of it',
    because: 'an Approval Request asks for an approval',
    file: 'engine/runtime/take-approval.ts',
    find: `  const key = row?.key ?? (await`,
    replace: `  const key = (row === undefined || row.approvalId !== null ? null : row.key) ?? (await`,
    focus: { ...CHANGES, rates: { 'sender duplicate': 0.4 } },
  },
  {
    name: 'a change assessed again is the one of before',
    because: 'it has the same number there',
    file: 'engine/decide/decide-change.ts',
    find: `    if (hasAppeared(textIn(seen, 'type'), state)) return { kind: 'open-again' };`,
    replace: `    if (hasAppeared(textIn(seen, 'type'), state)) return { kind: 'update' };`,
    focus: CHANGES,
  },
  {
    name: 'every change comes at Assess',
    because: 'that is where a change is no draft any more',
    file: 'engine/domain/provider-change.ts',
    find: `  const first = firstStateOf(type);`,
    replace: `  const first = type === '' ? firstStateOf(type) : 'Assess';`,
    focus: CHANGES,
  },
  {
    name: 'all of a change is written by each message of it',
    because: 'the message says everything, so everything is news',
    file: 'engine/runtime/apply-change.ts',
    find: `      return writeChange(step, lane, concerning(changes.fields, change.changed), 'nothing to change here');`,
    replace: `      return writeChange(step, lane, changes.fields, 'nothing to change here');`,
    focus: CHANGES,
  },
  {
    name: 'a change that we rejected is cancelled here too',
    because: 'it is cancelled there',
    file: 'engine/decide/decide-change.ts',
    find: `  change?.approvals.some(({ answer }) => answer?.kind === 'reject') === true;`,
    replace: `  change?.approvals.every(({ answer }) => answer?.kind === 'reject') === true && change.approvals.length === 0;`,
    focus: CHANGES,
  },
  {
    name: 'the number of a change made anew is not owed',
    because: 'our number went back when the change came first',
    file: 'engine/runtime/apply-change.ts',
    find: `numberOwed: true,`,
    replace: `numberOwed: lane.state.change?.over === null && step.change.changed.size > 9,`,
    focus: CHANGES,
  },
  {
    name: 'what is written on a change that is replaced stays unsaid',
    because: 'it is cancelled, and another one takes its place',
    file: 'engine/runtime/unfinished.ts',
    find: `  return lane.state.intent !== null || plan.actions.some(({ kind }) => kind !== 'return-number');`,
    replace: `  return lane.state.intent !== null;`,
    focus: CHANGES,
  },
  {
    name: 'a call without an answer is not waited for when a change is replaced',
    because: 'it was about the old one',
    file: 'engine/runtime/unfinished.ts',
    find: `  return lane.state.intent !== null || plan.actions`,
    replace: `  return plan.actions`,
    focus: { ...CHANGES, activeMs: minutes(4), actionsPerTicket: 20, rates: { 'late effect': 0.8 } },
  },
  {
    name: 'what was sent to an ended ticket counts as later than its end',
    because: 'it was sent later',
    file: 'engine/plan/settle-conflict.ts',
    find: `  const sentSince = !ended && fields`,
    replace: `  const sentSince = fields`,
    focus: { ...REOPENED, actionsPerTicket: 20, rates: { 'slow network': 0.4 } },
  },
  {
    name: 'a deleted ticket is forgotten',
    because: 'what is not there has nothing to say',
    file: 'engine/runtime/detect-deleted.ts',
    find: `if (missing.has(clientTicket)) await`,
    replace: `if (missing.has(clientTicket) && last < id) await`,
    focus: DELETED,
  },
  {
    name: 'a deleted ticket is cancelled again and again',
    because: 'it is still gone',
    file: 'engine/plan/plan-deleted.ts',
    find: `if ((hasEnded(fields.status) && !isDoubtful) || lane.state.endedThere !== null)`,
    replace: `if (lane.state.endedThere !== null)`,
    focus: DELETED,
  },
  {
    name: 'a file of a deleted ticket is fetched',
    because: 'a file is not a word about the ticket',
    file: 'engine/runtime/apply-message.ts',
    find: `    case 'attach': {
      const gone = await goneRule(runtime, tx, lane);`,
    replace: `    case 'attach': {
      const gone = null as string | null;`,
    focus: DELETED,
  },
  {
    name: 'a create in doubt is settled by its row alone',
    because: 'where there is no row there is nothing to link',
    file: 'engine/runtime/gone-ticket.ts',
    find: `contract.outbound.deleted !== null && state.intent?.kind === 'create';`,
    replace: `contract.outbound.deleted !== null && state.intent?.kind === 'create' && state.link === 'unlinked';`,
    focus: { ...DELETED, rates: { 'lost answer': 0.45 }, returnNumber: 'never' },
  },
  {
    name: 'a message forgets what the other columns lack',
    because: 'what was just written says what is missing',
    file: 'engine/runtime/fit-columns.ts',
    find: `  return withState(lane, { kept: { ...Object.fromEntries(before), ...kept } });`,
    replace: `  return withState(lane, { kept: before.length < 0 ? {} : { ...kept } });`,
    focus: NARROW,
  },
  {
    name: 'a rest that has changed is not told',
    because: 'the comment with the rest is there',
    file: 'engine/runtime/fit-columns.ts',
    find: `    if (earlier === rest) continue;`,
    replace: `    if (earlier !== null) continue;`,
    focus: NARROW,
  },
  {
    name: 'what was cut is written as it was said',
    because: 'the characters were looked at before',
    file: 'engine/map/fit-column.ts',
    find: `  const stored = characters === null ? head : storable(head, characters);`,
    replace: `  const stored = characters === null ? storable(head, 'utf8mb4') : head;`,
    focus: NARROW,
  },
  {
    name: 'characters that were replaced stay replaced',
    because: 'the row says what it says',
    file: 'engine/map/fit-column.ts',
    find: `  const said = replaced ? readBack(text) : text;`,
    replace: `  const said = replaced && rest === null ? readBack(text) : text;`,
    focus: NARROW,
  },
];

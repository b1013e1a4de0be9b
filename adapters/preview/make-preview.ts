import { droppedText } from '../../engine/runtime/operator.ts';
import type { Contract } from '../../engine/domain/contract.ts';
import type { Diagnostic } from '../../engine/domain/diagnostic.ts';
import type { Instant } from '../../engine/domain/instant.ts';
import { validateMessage } from '../../engine/wire/validate-message.ts';
import { validateRequest } from '../../engine/wire/validate-payload.ts';
import { writeStatements } from '../database/itsm/statements.ts';
import type { Rehearsal, RehearsalEnd } from '../rehearsal/rehearsal.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { Situation, SituationAnswer } from '../rehearsal/situation.ts';
import { diagnosticDocument } from '../terminal/check-json.ts';
import { answerReasons } from './answer-reasons.ts';
import { Collector } from './collector.ts';
import type { PreviewedContract } from './compiled-contracts.ts';
import { inboundReasons } from './inbound-reasons.ts';
import { outboundReasons } from './outbound-reasons.ts';
import type {
  Preview,
  PreviewedCall,
  PreviewedEnd,
  PreviewedTicket,
  PreviewedWrite,
  Reasons,
} from './preview.ts';
import type { LiveTicket } from './read-live.ts';
import { readSituation } from './read-situation.ts';
import { refusedCall } from './refused-call.ts';
import type { Mistake, WrittenSituation } from './situation.ts';

/** What came of it. */
export type Previewed =
  | { readonly kind: 'preview'; readonly preview: Preview }
  /** The situation does not fit the rules. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] }
  | { readonly kind: 'rules-have-errors'; readonly diagnostics: readonly Diagnostic[] };

export const PERFORMED =
  'Nothing was performed: no call was made, nothing was written, nothing was deleted from the queue.';

/**
 * Rehearses a situation with the engine's own runtime over simulated ports, and says what would happen and why. Does no
 * I/O; `live` was read beforehand.
 */
export async function makePreview(
  { source, compiled: { contract, diagnostics }, hash }: PreviewedContract,
  written: WrittenSituation,
  live: LiveTicket | null,
  clockNow: Instant,
): Promise<Previewed> {
  if (contract === null) return { kind: 'rules-have-errors', diagnostics };
  const read = readSituation(contract, written, live, clockNow);
  if (read.kind === 'mistakes') return read;
  const { situation } = read;
  const rehearsed = new Collector();
  const rehearsal = await rehearse(contract, situation, rehearsed);
  const preview: Preview = {
    performed: PERFORMED,
    contract: contract.name,
    rules: { files: [...source.files.keys()], hash },
    now: isoOf(situation.now),
    ticket: ticketOf(situation, live),
    calls: await callsOf(contract, situation, rehearsal),
    writes: await writesOf(contract, rehearsal, situation, live),
    messages: rehearsal.messages.map(({ id, transactionType, deleted, outcome, summary, rule }, index) => ({
      transaction: transactionType,
      id,
      deleted,
      outcome,
      summary,
      rule,
      faults: validateMessage({ transactionType, body: situation.messages[index]?.body ?? {} }),
    })),
    end: endOf(rehearsal.end),
    journal: rehearsal.journal.map(({ direction, transaction, outcome, summary, rule }) => ({
      direction,
      transaction,
      outcome,
      summary,
      rule,
    })),
    reasons: await reasonsOf(contract, situation, rehearsal, rehearsed),
    diagnostics: diagnostics.map(diagnosticDocument),
  };
  return { kind: 'preview', preview };
}

/** On the database that was read, or the one that the rules name; without either, on MySQL. */
async function writesOf(
  { itsm }: Contract,
  { writes }: Rehearsal,
  { now }: Situation,
  live: LiveTicket | null,
): Promise<readonly PreviewedWrite[]> {
  const named = itsm.database.connection.text.startsWith('sqlite:') ? 'sqlite' : 'mysql';
  const dialect = live?.dialect ?? named;
  const previewed: PreviewedWrite[] = [];
  for (const write of writes) {
    const statements = await writeStatements(itsm, dialect, write, now);
    previewed.push({ kind: write.kind, key: write.key, statements });
  }
  return previewed;
}

async function callsOf(
  contract: Contract,
  situation: Situation,
  rehearsal: Rehearsal,
): Promise<readonly PreviewedCall[]> {
  const made = rehearsal.calls.map(({ kind, request, because, rule, answer }): PreviewedCall => ({
    kind,
    method: request.method,
    path: request.path,
    body: request.body ?? null,
    because,
    rule,
    answer: answerText(answer),
    faults: validateRequest(request),
    sent: true,
  }));
  const refused = await refusedCall(contract, situation, rehearsal);
  return refused === null ? made : [...made, refused];
}

function answerText(answer: SituationAnswer): string {
  switch (answer.kind) {
    case 'accepted':
      return answer.providerTicket === null ? 'accepted' : `accepted as ${answer.providerTicket}`;
    case 'refused':
      return `${answer.status} ${answer.text}`;
    case 'no-answer':
      return answer.reached ? 'no answer' : 'the bridge cannot be reached';
  }
}

function endOf(end: RehearsalEnd): PreviewedEnd {
  switch (end.kind) {
    case 'rests':
    case 'stopped':
      return end;
    case 'waits':
      return { kind: 'waits', until: isoOf(end.until) };
    case 'parked': {
      const { code, reason, rule, until } = end.parked;
      return { kind: 'parked', code, reason, rule, wakes: until };
    }
  }
}

function ticketOf({ ticket, known }: Situation, live: LiveTicket | null): PreviewedTicket | null {
  if (ticket === null) return null;
  const providerTicket =
    known.kind === 'agreed'
      ? known.providerTicket
      : known.kind === 'stored'
        ? known.lane.providerTicket
        : ticket.providerNumber;
  return {
    number: ticket.number,
    from: live === null ? 'request' : 'database',
    known: live === null ? knownWords(known.kind) : liveWords(live),
    provider_ticket: providerTicket,
  };
}

const knownWords = (kind: Situation['known']['kind']): string =>
  kind === 'agreed' ? 'both sides agree on it, as the request says' : 'the provider has not been told of it';

function liveWords({ ticket, lane, waiting, hasEngineTables }: LiveTicket): string {
  const words = ['read in a read-only transaction'];
  if (!hasEngineTables) words.push("the engine's tables do not exist yet: the contract has never run here");
  else if (lane === null) words.push('the engine has not seen it yet');
  else words.push(`the engine has it as ${lane.state.link}`);
  if (lane === null && ticket.providerNumber !== null) {
    words.push('its row has a provider number, so both sides are taken to agree on it');
  }
  if (lane?.state.dropped != null) words.push(droppedText(lane.state.dropped));
  if (lane?.parked != null) {
    words.push(`it is parked (${lane.parked.code}: ${lane.parked.reason}), and is tried again here`);
  }
  if (lane?.state.intent != null) words.push(`a ${lane.state.intent.kind} is under way`);
  if (waiting !== null) words.push(`the message ${waiting.messageId} waits, and is applied here`);
  return words.join('; ');
}

async function reasonsOf(
  contract: Contract,
  situation: Situation,
  { ticket: after }: Rehearsal,
  rehearsed: Collector,
): Promise<Reasons> {
  const { now, ticket: before, messages } = situation;
  // As it stands when it goes out, a message may have changed it; but what the create learns is not there before.
  const ticket = after === null ? before : { ...after, providerNumber: before?.providerNumber ?? null };
  const inbound = [];
  for (const message of messages) {
    inbound.push(await inboundReasons(contract, message, before, now, rehearsed));
  }
  return {
    outbound: ticket === null ? null : await outboundReasons(contract, ticket, situation, rehearsed),
    inbound,
    answers: await answerReasons(contract, now, rehearsed),
  };
}

const isoOf = (instant: Instant): string => new Date(instant).toISOString();

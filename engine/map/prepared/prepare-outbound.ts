import type { Outbound, OutboundAttachments, OutboundComments } from '../../domain/contract.ts';
import type { Instant } from '../../domain/instant.ts';
import { TEXT_LENGTH_MAX } from '../../domain/limits.ts';
import type { Payload } from '../../domain/payload.ts';
import type { Ticket } from '../../domain/ticket.ts';
import { ProgramText } from '../../jsonata/source/program-text.ts';
import type { Input } from '../../jsonata/source/readings.ts';
import type { MappedTicket } from '../outbound.ts';
import { PROGRAM_HELPERS } from './program-helpers.ts';
import { RuleWriter } from './rule-writer.ts';

/**
 * The outbound rules of a contract as one thing that was made of all of them together: paths that several read are read
 * once, from the ticket itself; tables are maps; nothing is looked up that was known before. Each function comes to just
 * what the rules, gone through one by one, come to; null: only they know (a fault, a text that is too long).
 */
export interface PreparedOutbound {
  /** The place of the first trigger that holds; -1: none does. */
  readonly trigger: (ticket: Ticket, now: Instant) => number | null;
  readonly payload: (ticket: Ticket, now: Instant) => Payload | null;
  readonly ticket: (ticket: Ticket, now: Instant) => MappedTicket | null;
}

const prepared = new WeakMap<Outbound, PreparedOutbound | null>();

/** Made when it is first asked for. Null: somebody watches the rules. */
export function preparedOutbound(outbound: Outbound): PreparedOutbound | null {
  let known = prepared.get(outbound);
  if (known === undefined) {
    known = outbound.ticketType.observe === null ? prepare(outbound) : null;
    prepared.set(outbound, known);
  }
  return known;
}

const prepare = (outbound: Outbound): PreparedOutbound => ({
  trigger: program((text) => triggerProgram(outbound, text)) as PreparedOutbound['trigger'],
  payload: program((text) => payloadProgram(outbound, text)) as PreparedOutbound['payload'],
  ticket: program((text) => ticketProgram(outbound, text)) as PreparedOutbound['ticket'],
});

type Run = (ticket: Ticket, now: Instant) => unknown;

/** Written and compiled when it is first run. */
function program(bodyOf: (text: ProgramText) => string): Run {
  let run: Run | null = null;
  return (ticket, now) => {
    if (run === null) {
      const text = new ProgramText(PROGRAM_HELPERS);
      run = text.compile(['t', 'now'], bodyOf(text)).run as Run;
    }
    try {
      return run(ticket, now);
    } catch {
      // The rules say what it is, or go on where programs do not.
      return null;
    }
  };
}

/** Of a ticket `t`, whose fields are `i`. */
const TICKET: Input = {
  object: 'i',
  besides: { key: 't.key', number: 't.number', provider_number: 't.providerNumber' },
  whole: 'ticketContext(t)',
};

/** Of a comment `c`, whose fields are `j`. */
const COMMENT: Input = { object: 'j', besides: { key: 'c.key' }, whole: 'commentContext(c)' };

/** Of an attachment `a`, whose fields are `l`. */
const ATTACHMENT: Input = {
  object: 'l',
  besides: { key: 'a.key', name: 'a.name', content_type: 'a.contentType', size: 'a.size' },
  whole: 'attachmentContext(a)',
};

function triggerProgram({ triggers }: Outbound, text: ProgramText): string {
  const writer = new RuleWriter(text, TICKET);
  const places = triggers.map(({ when }, place) => `${writer.condition(when)}?${place}:`);
  return `const i=t.fields;${writer.readings()}return ${places.join('')}-1;`;
}

function payloadProgram({ fields }: Outbound, text: ProgramText): string {
  const writer = new RuleWriter(text, TICKET);
  const payload = writer.object('payload', fields.values());
  return `const i=t.fields;${writer.readings()}${payload}return payload;`;
}

function ticketProgram(outbound: Outbound, text: ProgramText): string {
  const { fields, ticketType, keptInternal, comments, attachments } = outbound;
  const writer = new RuleWriter(text, TICKET);
  const payload = writer.object('payload', fields.values());
  const type = writer.field(ticketType);
  const kept = keptInternal === null ? 'false' : writer.condition(keptInternal.when);
  return (
    `const i=t.fields;${writer.readings()}${payload}${type.text}` +
    `if(${type.variable}!=='Incident'&&${type.variable}!=='Request')leave();` +
    `const comments=[];${comments === null ? '' : commentLoop(comments, text)}` +
    `const mapped={ticketType:${type.variable},payload,keptInternal:${kept},comments,shortened:[],faults:[]};` +
    `${attachments === null ? '' : attachmentLoop(attachments, text)}return mapped;`
  );
}

function commentLoop({ when, fields }: OutboundComments, text: ProgramText): string {
  const writer = new RuleWriter(text, COMMENT);
  const condition = writer.condition(when);
  const said = writer.object('said', fields.values());
  const rule = text.constant(fields.get('body'));
  return (
    `for(const c of t.comments){const j=c.fields;${writer.readings()}if(!${condition})continue;${said}` +
    `comments.push(said.body===undefined||2*said.body.length<=${TEXT_LENGTH_MAX}` +
    `?{key:c.key,parts:[said],shortened:null}:{key:c.key,...commentParts(${rule},said)});}`
  );
}

function attachmentLoop({ when }: OutboundAttachments, text: ProgramText): string {
  const writer = new RuleWriter(text, ATTACHMENT);
  const condition = writer.condition(when);
  return (
    `if(t.attachments!==undefined){mapped.attachments=[];` +
    `for(const a of t.attachments){const l=a.fields;${writer.readings()}` +
    `mapped.attachments.push({key:a.key,name:a.name,size:a.size,travels:${condition}});}}`
  );
}

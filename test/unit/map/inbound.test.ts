import { describe, expect, it } from 'vitest';
import type { Inbound } from '../../../engine/domain/contract.ts';
import { appendLines } from '../../../engine/map/appended.ts';
import { mapMessage, mapNewTicket, messageContext, notesContext } from '../../../engine/map/inbound.ts';
import { escapeText } from '../../../engine/wire/escape.ts';
import { contract, fieldRule, table } from '../../support/builders.ts';
import { always, expression } from '../../support/expressions.ts';

const { inbound } = contract();
const escaped: Inbound = { ...inbound, text: 'escaped' };

describe('what a rule sees of a message', () => {
  it('is its body, with what changed over it', () => {
    const context = messageContext(inbound, 'Update', {
      status: 'open',
      priority: '3',
      changed: { priority: '1' },
    });
    expect(context).toMatchObject({ status: 'open', priority: '1', transactionType: 'Update' });
  });

  it('is the description without what we appended', () => {
    const description = appendLines('No login', [{ label: 'Location', value: 'Berlin' }]);
    expect(messageContext(inbound, 'Update', { description })).toMatchObject({ description: 'No login' });
    expect(messageContext(escaped, 'Update', { description: escapeText(description) })).toMatchObject({
      description: 'No login',
    });
  });

  it('is text as people wrote it: escapes are taken off only where the contract says so', () => {
    const body = { closeNotes: 'C:\\new', notes: { body: 'one\\ntwo' } };
    expect(messageContext(inbound, 'Notes', body).closeNotes).toBe('C:\\new');
    expect(messageContext(escaped, 'Notes', body).closeNotes).toBe('C:\new');
    expect(notesContext(escaped, messageContext(escaped, 'Notes', body))?.body).toBe('one\ntwo');
  });

  it('holds no comment where there is no text of one', () => {
    expect(notesContext(inbound, { notes: {} })).toBeNull();
    expect(notesContext(inbound, { notes: 'text' })).toBeNull();
    expect(notesContext(inbound, {})).toBeNull();
  });
});

describe('the fields that a message gives values to', () => {
  const rules = [
    fieldRule(
      'title',
      expression((input) => input.shortDescription, ['shortDescription']),
    ),
    fieldRule(
      'level',
      expression((input) => input.priority, ['priority']),
    ),
    fieldRule(
      'any',
      expression(() => 'x', 'everything'),
    ),
    fieldRule('fixed', always('y')),
  ];
  const context = { shortDescription: 'No login', priority: '1' };

  it('are those that read a changed name, or may read any', async () => {
    const { fields } = mapMessage(rules, context, new Set(['priority']), {}, 0);
    expect(fields).toEqual({ level: '1', any: 'x' });
  });

  it('are all of them for a new ticket, and what only a creation sets', async () => {
    const create = new Map([['kind', fieldRule('kind', always('incident'))]]);
    const full = contract({
      inbound: { ...inbound, fields: new Map([['title', fieldRule('title')]]), create },
    });
    expect(mapNewTicket(full, { title: 'No login' }, 0).fields).toEqual({
      title: 'No login',
      kind: 'incident',
    });
  });

  it('keep the word that the ticket has, where it means the same to the provider', async () => {
    const words = table([
      ['On Hold', 'pending'],
      ['Waiting', 'pending'],
      ['4', 'low'],
    ]);
    const status = [fieldRule('status', undefined, { table: words })];
    const mapped = async (provider: string, current: string | number | null) =>
      mapMessage(status, { status: provider }, 'everything', { status: current }, 0).fields;
    expect(await mapped('pending', 'Waiting')).toEqual({ status: 'Waiting' });
    expect(await mapped('pending', 'New')).toEqual({ status: 'On Hold' });
    expect(await mapped('pending', null)).toEqual({ status: 'On Hold' });
    expect(await mapped('low', 4)).toEqual({ status: '4' });
  });
});

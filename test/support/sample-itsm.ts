import type {
  ChangeSource,
  Column,
  ColumnType,
  Constant,
  FieldSource,
  ItsmDescription,
} from '../../engine/domain/itsm-description.ts';
import { minutes, seconds } from '../../engine/domain/instant.ts';

/** What rules/acme/itsm.yaml and rules/globex/itsm.yaml say, for tests that need no compiler. */

const place = { file: 'itsm.yaml', line: 1, column: 1 };
const NOW: Constant = { now: true };

const column = (name: string, type: ColumnType = 'text'): Column => ({ column: name, type, place });
const plain = (name: string, type: ColumnType = 'text'): FieldSource => ({
  kind: 'column',
  ...column(name, type),
  lengthMax: null,
  characters: null,
  range: null,
});

const lookup = (name: string, table: string, key: string, value: string): FieldSource => ({
  kind: 'lookup',
  column: name,
  table,
  key,
  value,
  place,
});

const reference = (
  name: string,
  table: string,
  key: string,
  value: string | null,
  fields: Readonly<Record<string, string>>,
): FieldSource => ({
  kind: 'reference',
  column: name,
  table,
  key,
  value,
  fields: new Map(Object.entries(fields).map(([field, from]) => [field, column(from)])),
  place,
});

const named = <T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.entries(entries));

const source = (
  table: string,
  key: string,
  ticket: string,
  changed: string,
  overlapMs: number,
  refersTo: string,
): ChangeSource => ({ table, key, ticket, refersTo, changed, overlapMs, settleMs: seconds(5), place });

export const acmeItsm: ItsmDescription = {
  database: {
    connection: { text: '${ACME_ITSM_DATABASE}', place },
    timeZone: 'UTC',
    engineSchema: 'bridgehead',
  },
  tickets: {
    table: 'tickets',
    place,
    key: 'id',
    number: { column: 'number', generate: { prefix: 'INC', digits: 7 } },
    providerNumber: 'vendor_ref',
    where: named({ deleted: 0 }),
    fields: named({
      kind: plain('kind'),
      title: plain('title'),
      description: plain('description'),
      status: plain('status'),
      priority: plain('priority'),
      approval: plain('approval'),
      resolution: plain('resolution'),
      starts_at: plain('starts_at', 'date'),
      ends_at: plain('ends_at', 'date'),
      updated: plain('updated_at', 'date'),
      group: lookup('group_id', 'groups', 'id', 'name'),
      caller: reference('caller_id', 'users', 'id', 'email', {
        name: 'full_name',
        email: 'email',
        phone: 'phone',
      }),
      location: reference('location_id', 'locations', 'id', null, { name: 'name' }),
      ci: reference('ci_id', 'cis', 'id', null, { name: 'name', managed_by: 'managed_by' }),
      task: reference('task_id', 'tasks', 'id', null, { category: 'category', site: 'site', steps: 'steps' }),
      merged_into: reference('merged_into', 'tickets', 'id', null, { number: 'number' }),
    }),
    customFields: {
      table: 'custom_values',
      ticket: 'ticket_id',
      refersTo: 'id',
      name: 'field',
      value: 'value',
      fields: named({ cost_center: 'cost_center' }),
      place,
    },
    onInsert: named<Constant>({ created_at: NOW, updated_at: NOW, deleted: 0 }),
    onUpdate: named<Constant>({ updated_at: NOW }),
  },
  comments: {
    table: 'comments',
    place,
    key: 'id',
    ticket: 'ticket_id',
    refersTo: 'id',
    where: new Map(),
    orderBy: 'created_at',
    fields: named({
      body: plain('body'),
      author: reference('author_id', 'users', 'id', 'email', { name: 'full_name', email: 'email' }),
      public: plain('is_public', 'boolean'),
      created: plain('created_at', 'date'),
    }),
    onInsert: named<Constant>({ created_at: NOW }),
  },
  attachments: {
    table: 'attachments',
    place,
    key: 'id',
    ticket: 'ticket_id',
    refersTo: 'id',
    where: new Map(),
    orderBy: 'created_at',
    name: 'file_name',
    contentType: 'content_type',
    size: 'file_size',
    content: { column: 'content', directory: null },
    fields: named({
      public: plain('is_public', 'boolean'),
      uploaded_by: reference('uploaded_by', 'users', 'id', 'email', { name: 'full_name', email: 'email' }),
      created: plain('created_at', 'date'),
    }),
    onInsert: named<Constant>({ created_at: NOW, is_public: 1 }),
  },
  changeRequests: null,
  changes: [
    source('tickets', 'id', 'id', 'updated_at', minutes(2), 'id'),
    source('comments', 'id', 'ticket_id', 'created_at', minutes(2), 'id'),
    source('attachments', 'id', 'ticket_id', 'created_at', minutes(2), 'id'),
    source('custom_values', 'id', 'ticket_id', 'changed_at', minutes(2), 'id'),
    source('tasks', 'id', 'id', 'changed_at', minutes(2), 'task_id'),
  ],
};

export const globexItsm: ItsmDescription = {
  database: {
    connection: { text: '${GLOBEX_ITSM_DATABASE}', place },
    timeZone: 'Europe/Berlin',
    engineSchema: 'bridgehead',
  },
  tickets: {
    table: 'hd_case',
    place,
    key: 'case_id',
    number: { column: 'case_no', generate: { prefix: 'GX-', digits: 5 } },
    providerNumber: 'ext_ref',
    where: new Map(),
    fields: named({
      type: plain('case_type'),
      subject: plain('subject'),
      text: plain('long_text'),
      state: plain('state_cd', 'number'),
      impact: plain('impact_cd'),
      urgency: plain('urgency_cd'),
      environment: plain('env_cd'),
      solution: plain('solution_text'),
      modified: plain('mod_ts', 'date'),
      team: lookup('team_id', 'hd_team', 'team_id', 'short_name'),
      reporter: reference('person_id', 'hd_person', 'person_id', 'login', {
        name: 'display_name',
        mail: 'mail',
      }),
    }),
    customFields: {
      table: 'hd_case_attr',
      ticket: 'case_id',
      refersTo: 'case_id',
      name: 'attr_name',
      value: 'attr_value',
      fields: named({ maintenance_window: 'MAINT_WINDOW', asset_tag: 'ASSET_TAG' }),
      place,
    },
    onInsert: named<Constant>({ open_ts: NOW, mod_ts: NOW, mod_user: 'EBRIDGE' }),
    onUpdate: named<Constant>({ mod_ts: NOW, mod_user: 'EBRIDGE' }),
  },
  comments: {
    table: 'hd_journal',
    place,
    key: 'entry_no',
    ticket: 'case_no',
    refersTo: 'case_no',
    where: named({ entry_kind: 'NOTE' }),
    orderBy: 'entry_ts',
    fields: named({
      text: plain('entry_text'),
      who: plain('entry_by'),
      visibility: plain('audience'),
      at: plain('entry_ts', 'date'),
    }),
    onInsert: named<Constant>({ entry_kind: 'NOTE', entry_ts: NOW }),
  },
  attachments: null,
  changeRequests: null,
  changes: [
    source('hd_case', 'case_id', 'case_id', 'mod_ts', minutes(3), 'case_id'),
    source('hd_journal', 'entry_no', 'case_no', 'entry_ts', minutes(3), 'case_no'),
    source('hd_case_attr', 'attr_id', 'case_id', 'attr_ts', minutes(3), 'case_id'),
  ],
};

/**
 * What the page /docs offers under "Try it out". The rules come with each request, so that it works whatever the server
 * was started with.
 */

const CONTRACT = `contract: example
client_name: ExampleCorp
bridge: { url: "\${EXAMPLE_BRIDGE_URL}", key: "\${EXAMPLE_BRIDGE_KEY}", poll: 30s }
itsm: itsm.yaml

tables:
  status: { New: open, In Progress: workinprogress, On Hold: pending, Resolved: resolved, Closed: closed }
  priority: { P1: '1', P2: '2', P3: '3', otherwise: '3' }
  group: { Network Ops: Ensono Network Support, otherwise: Ensono Service Desk }

outbound:
  triggers:
    - name: incidents of the network group
      when: kind = 'incident' and group = 'Network Ops'
    - name: everything of priority P1
      when: priority = 'P1'
  ticket_type: "'Incident'"
  fields:
    shortDescription: title
    description:
      value: description
      append: { Location: location.name }
    status: { value: status, table: status }
    priority: { value: priority, table: priority }
    group: { value: group, table: group }
    contactName: { value: caller.name, default: Service Desk }
    contactEmail: { value: caller.email, default: servicedesk@example.com }
    closeNotes: { value: resolution, default: Done. }
  comments:
    when: public
    fields: { body: body, commenter: { value: author, optional: true } }

inbound:
  out_of_scope:
    - name: printers are not in the contract
      when: $contains($lowercase(shortDescription), 'printer')
  fields:
    title: shortDescription
    description: description
    status: { value: status, table: status }
    priority: { value: priority, table: priority }
    group: { value: group, table: group, default: Network Ops }
    resolution: { value: closeNotes, optional: true }
  create: { kind: "'incident'" }
  comments: { body: body, author: "'Ensono'", public: 'true' }
  reopen: reopen

errors:
  - name: the provider does not know the group
    when: $contains(text, 'name not found')
    then: { replace: { group: Ensono Service Desk } }
`;

const ITSM = `database: { connection: "\${EXAMPLE_DATABASE}", time_zone: UTC }
tickets:
  table: tickets
  key: id
  number: { column: number, generate: { prefix: INC, digits: 7 } }
  provider_number: vendor_ref
  fields:
    kind: kind
    title: title
    description: description
    status: status
    priority: priority
    resolution: resolution
    group: { column: group_id, from: groups, key: id, value: name }
    caller: { column: caller_id, from: users, key: id, fields: { name: full_name, email: email } }
    location: { column: location_id, from: locations, key: id, fields: { name: name } }
comments:
  table: comments
  key: id
  ticket: ticket_id
  order_by: created_at
  fields: { body: body, author: author, public: { column: is_public, type: boolean } }
changes:
  - { table: tickets, key: id, ticket: id, changed: updated_at }
  - { table: comments, key: id, ticket: ticket_id, changed: created_at }
`;

const rules = { 'contract.yaml': CONTRACT, 'itsm.yaml': ITSM };

const ticket = {
  number: 'INC0000042',
  kind: 'incident',
  title: 'Packet loss between Omaha and Chicago',
  description: 'Since this morning 3 to 5 % loss;\nthe "backup" link is clean.',
  status: 'In Progress',
  priority: 'P1',
  group: 'Network Ops',
  caller: { name: 'Priya Raman', email: 'priya.raman@example.com' },
  location: { name: 'Omaha data center' },
};
const now = '2026-11-23T09:00:00Z';

export const EXAMPLES = {
  preview: {
    'a new ticket': {
      summary: 'A new ticket, with a public and an internal comment',
      value: {
        rules,
        now,
        ticket,
        comments: [
          { body: 'Loss begins at hop 3.', author: 'Priya Raman', public: true },
          { body: 'Finance is asking.', author: 'Priya Raman', public: false },
        ],
      },
    },
    'an edit': {
      summary: 'A ticket that the provider has, and that was edited since',
      value: {
        rules,
        now,
        ticket,
        agreed: { provider_ticket: 'e-CS0204070', before: { priority: 'P3', status: 'New' } },
      },
    },
    'a message': {
      summary: 'The provider works on the ticket, and comments',
      value: {
        rules,
        now,
        ticket,
        agreed: { provider_ticket: 'e-CS0204070' },
        receives: [
          {
            Update: {
              ticketType: 'Incident',
              status: 'pending',
              shortDescription: 'Packet loss between Omaha and Chicago',
              changed: { status: 'pending' },
            },
          },
          {
            Notes: {
              ticketType: 'Incident',
              notes: { id: '9001', body: 'The carrier has been called.', commenter: 'Network desk' },
            },
          },
        ],
      },
    },
    'a queue message': {
      summary: 'A message as the queue gave it: the provider opens a ticket',
      value: {
        rules,
        now,
        receives: [
          {
            MessageId: '5f3cf6d2-8e1b-4a53-9a3b-0d6a6a1f7c10',
            ReceiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
            Body: JSON.stringify({
              clientName: 'ExampleCorp',
              clientTicketNumber: '',
              ticketNumber: 'e-CS0204071',
              ticketType: 'Incident',
              status: 'open',
              shortDescription: 'Port flapping on core-sw-oma-01',
              description: 'Seen by monitoring.',
              group: 'Ensono Network Support',
              priority: '2',
            }),
            Attributes: {
              TransactionType: 'Create',
              MessageGroupId: 'e-CS0204071',
              SentTimestamp: '1795424400000',
              SequenceNumber: '18850000000000000001',
              ClientReferenceAvailable: 'false',
            },
          },
        ],
      },
    },
    'a refusal': {
      summary: 'The bridge refuses the group: the contract has another one to send',
      value: {
        rules,
        now,
        ticket,
        answers: [{ status: 400, text: 'assigment_group sys_id or name not found.' }],
      },
    },
    'no answer': {
      summary: 'No answer comes to the create',
      value: { rules, now, ticket, answers: ['timeout'] },
    },
  },
  check: {
    'rules with a mistake': {
      summary: 'Rules with a mistake',
      value: {
        rules: { 'contract.yaml': CONTRACT.replace('poll: 30s', 'poll: 3s'), 'itsm.yaml': ITSM },
      },
    },
    'good rules': { summary: 'Rules without one', value: { rules } },
  },
} as const;

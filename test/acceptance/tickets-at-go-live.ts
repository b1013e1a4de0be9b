import { expect } from 'vitest';

/** What goes behind a description where the bridge has no field for it. */
export const block = (...lines: readonly string[]): string =>
  ['', '', '----- Additional information -----', ...lines, '----- End of additional information -----'].join(
    '\n',
  );

/** A comment of the client's, as the provider holds it. */
export const theirComment = (body: string, commenter: string, commentTime: unknown, commenterEmail = '') => ({
  by: 'client',
  body,
  commenter,
  commentTime,
  commenterEmail,
});

/** A comment that the provider's user has written. */
export const providersComment = (body: string) => ({
  by: 'provider',
  body,
  commenter: 'Ravi Menon',
  commentTime: '',
  commenterEmail: 'servicedesk@provider.example',
});

export const SOME_MINUTE = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d$/) as unknown;

/** The provider's tickets right after the go-live. Acme sends a priority; Globex impact and urgency. */
export const GO_LIVE = {
  INC0000001: {
    clientTicketNumber: 'INC0000001',
    ticketType: 'Incident',
    status: 'open',
    shortDescription: 'Nightly batch ORDP120 abended with S0C7',
    description:
      'Job ORDP120 ended with S0C7 in step 040 at 02:14.\nRestart from step 040 is fine once the input is repaired.' +
      block('Location: Omaha data center', 'Cost center: 4711'),
    group: 'Ensono Mainframe',
    priority: '2',
    contactName: 'Marcus Oyelaran',
    contactEmail: 'marcus.oyelaran@acme.example',
    contactPhone: '+1 402 555 0177',
    cis: 'LPAR-PROD1',
    closeNotes: '',
    comments: [
      theirComment(
        'The input came from the new EDI partner; I have asked them for a corrected file.',
        'Marcus Oyelaran',
        '2026-01-05 08:30',
        'marcus.oyelaran@acme.example',
      ),
      theirComment(
        'Corrected file is in PROD.EDI.IN(+1).',
        'Marcus Oyelaran',
        '2026-01-05 09:15',
        'marcus.oyelaran@acme.example',
      ),
    ],
  },
  INC0000002: {
    clientTicketNumber: 'INC0000002',
    ticketType: 'Incident',
    status: 'workinprogress',
    shortDescription: 'Packet loss between Omaha and Chicago',
    description:
      'Since this morning 3 to 5 % loss on the primary link; the "backup" link is clean.' +
      block('Location: Omaha data center'),
    group: 'Ensono Network Support',
    priority: '1',
    contactName: 'Priya Raman',
    contactEmail: 'priya.raman@acme.example',
    contactPhone: '+1 312 555 0119',
    cis: 'core-sw-oma-01',
    closeNotes: '',
    comments: [
      theirComment(
        'Traceroutes attached in the share; loss begins at hop 3.',
        'Priya Raman',
        '2026-01-05 10:00',
        'priya.raman@acme.example',
      ),
    ],
  },
  INC0000003: {
    clientTicketNumber: 'INC0000003',
    ticketType: 'Incident',
    status: 'open',
    shortDescription: 'Deadlocks in the order database',
    description:
      'db2-orders reports SQL0911N about twenty times an hour since the release.' +
      block('Location: Chicago, Wacker Drive'),
    // "Ensono Database" is refused: the provider does not know that group.
    group: 'Ensono Service Desk',
    priority: '3',
    contactName: 'Dana Whitfield',
    contactEmail: 'dana.whitfield@acme.example',
    contactPhone: '+1 312 555 0141',
    cis: 'db2-orders',
    closeNotes: '',
    comments: [],
  },
  INC0000006: {
    clientTicketNumber: 'INC0000006',
    ticketType: 'Request',
    status: 'open',
    shortDescription: 'Additional 200 GB for LPAR-TEST2',
    description:
      'The regression tests of release 14 need more DASD.' +
      block(
        'Location: Omaha data center',
        'Change window: 2026-03-29 00:30 – 2026-03-29 04:00',
        'Cost center: 4820',
      ),
    group: 'Ensono Mainframe',
    priority: '3',
    contactName: 'Priya Raman',
    contactEmail: 'priya.raman@acme.example',
    contactPhone: '+1 312 555 0119',
    cis: 'LPAR-TEST2',
    closeNotes: '',
    comments: [],
  },
  'GX-00101': {
    clientTicketNumber: 'GX-00101',
    ticketType: 'Incident',
    status: 'open',
    shortDescription: 'Filesystem /oracle/arch voll auf gxdb07',
    description:
      'Archive-Logs werden seit 04:10 nicht mehr geschrieben, die Datenbank steht.\n' +
      'Platz bis 95 % wurde schon einmal von Hand freigeräumt.' +
      block('Environment: PROD', 'Asset tag: GX-SRV-0707'),
    group: 'Ensono Unix',
    impact: '1',
    urgency: '1',
    contactName: 'Katrin Brandt',
    contactEmail: 'katrin.brandt@globex.example',
    contactPhone: '',
    cis: '',
    closeNotes: '',
    comments: [
      // On Berlin's clocks, in winter and in summer.
      theirComment(
        'Bitte zuerst die Logs vor 02:00 auslagern, nicht löschen.',
        'Katrin Brandt',
        '2026-01-15 09:30',
      ),
      theirComment(
        'Der Speicherplatz reicht jetzt noch für etwa 2 Stunden.',
        'Katrin Brandt',
        '2026-07-15 09:30',
      ),
    ],
  },
  'GX-00102': {
    clientTicketNumber: 'GX-00102',
    ticketType: 'Incident',
    status: 'workinprogress',
    shortDescription: 'SAN-Pfad zu gxesx12 fehlt',
    description:
      'Nur noch zwei von vier Pfaden aktiv, Redundanz verloren.' +
      block('Environment: PROD', 'Maintenance window: Sa 22:00 - So 04:00', 'Asset tag: GX-ESX-0012'),
    group: 'Ensono Storage',
    impact: '2',
    urgency: '1',
    contactName: 'Moritz Sommer',
    contactEmail: 'moritz.sommer@globex.example',
    contactPhone: '',
    cis: '',
    closeNotes: '',
    comments: [],
  },
  'GX-00103': {
    clientTicketNumber: 'GX-00103',
    ticketType: 'Request',
    status: 'open',
    shortDescription: 'Rücksicherung Verzeichnis Q:/Vertrieb/Angebote',
    description: 'Stand von gestern Abend genügt.' + block('Environment: PROD'),
    group: 'Ensono Backup',
    impact: '3',
    urgency: '2',
    contactName: 'Aylin Yılmaz',
    contactEmail: 'aylin.yilmaz@globex.example',
    contactPhone: '',
    cis: '',
    closeNotes: '',
    comments: [],
  },
  'GX-00107': {
    clientTicketNumber: 'GX-00107',
    ticketType: 'Request',
    status: 'pending',
    shortDescription: 'Snapshot-Aufbewahrung auf 30 Tage erhöhen',
    description:
      'Vorgabe der Revision.' + block('Environment: PROD', 'Maintenance window: täglich 01:00 - 03:00'),
    group: 'Ensono Storage',
    impact: '3',
    urgency: '3',
    contactName: 'Jürgen Vogel',
    contactEmail: 'juergen.vogel@globex.example',
    contactPhone: '',
    cis: '',
    closeNotes: '',
    comments: [],
  },
  'GX-00110': {
    clientTicketNumber: 'GX-00110',
    ticketType: 'Request',
    status: 'open',
    shortDescription: 'sudo-Rechte für das Deployment-Konto',
    description: 'Nur systemctl restart globex-web auf gxweb01 bis gxweb04.' + block('Environment: PROD'),
    group: 'Ensono Unix',
    impact: '3',
    urgency: '2',
    contactName: 'Moritz Sommer',
    contactEmail: 'moritz.sommer@globex.example',
    contactPhone: '',
    cis: '',
    closeNotes: '',
    comments: [],
  },
} as const;

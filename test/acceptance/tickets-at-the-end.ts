import type { Row } from '../support/people.ts';
import { block, GO_LIVE, providersComment, SOME_MINUTE, theirComment } from './tickets-at-go-live.ts';

type BothSides = Readonly<Record<string, readonly [client: Row, provider: Row]>>;

const atAcme = {
  kind: 'incident',
  deleted: 0,
  approval: null,
  resolution: null,
};
/** By number: the row at Acme, without the provider's number, and the ticket at the provider. */
export const ACME_AT_THE_END: BothSides = {
  INC0000001: [
    {
      ...atAcme,
      title: 'Nightly batch ORDP120 abended with S0C7',
      description:
        'Job ORDP120 ended with S0C7 in step 040 at 02:14.\nRestart from step 040 is fine once the input is repaired.',
      status: 'New',
      priority: 'P1',
      team: 'Mainframe Ops',
      caller: 'marcus.oyelaran@acme.example',
      resolution: 'Input repaired.\nJob ended.',
      location_id: 2,
      ci_id: 1,
    },
    {
      ...GO_LIVE.INC0000001,
      priority: '1',
      status: 'open',
      closeNotes: 'Input repaired.\nJob ended.',
      comments: [...GO_LIVE.INC0000001.comments, providersComment('Step 040 restarted.\nWe watch it.')],
    },
  ],
  INC0000002: [
    {
      ...atAcme,
      title: 'Packet loss on the Omaha link',
      description: 'Since this morning 3 to 5 % loss on the primary link; the "backup" link is clean.',
      status: 'On Hold',
      priority: 'P1',
      team: 'Network Ops',
      caller: 'priya.raman@acme.example',
      location_id: 2,
      ci_id: 3,
    },
    {
      ...GO_LIVE.INC0000002,
      shortDescription: 'Packet loss on the Omaha link',
      status: 'pending',
      comments: [
        ...GO_LIVE.INC0000002.comments,
        theirComment(
          'The "backup" link is at 80 %.\nPlease hurry.',
          'Priya Raman',
          SOME_MINUTE,
          'priya.raman@acme.example',
        ),
      ],
    },
  ],
  INC0000003: [
    {
      ...atAcme,
      title: 'Deadlocks in the order database',
      description: 'db2-orders reports SQL0911N about twenty times an hour since the release.',
      status: 'Closed',
      priority: 'P3',
      team: 'Database Ops',
      caller: 'dana.whitfield@acme.example',
      resolution: 'No deadlocks since.',
      location_id: 1,
      ci_id: 4,
    },
    { ...GO_LIVE.INC0000003, status: 'closed', closeNotes: 'No deadlocks since.' },
  ],
  INC0000006: [
    {
      ...atAcme,
      kind: 'request',
      approval: 'approved',
      title: 'Additional 200 GB for LPAR-TEST2',
      description: 'The regression tests of release 14 need more DASD.',
      status: 'In Progress',
      priority: 'P3',
      team: 'Mainframe Ops',
      caller: 'priya.raman@acme.example',
      location_id: 2,
      ci_id: 2,
    },
    {
      ...GO_LIVE.INC0000006,
      status: 'workinprogress',
      description:
        'The regression tests of release 14 need more DASD.' +
        block(
          'Location: Omaha data center',
          'Change window: 2026-03-29 00:30 – 2026-03-29 04:00',
          'Cost center: 4821',
        ),
    },
  ],
  INC0000020: [
    {
      ...atAcme,
      title: 'Port flaps on core-sw-oma-01',
      description: 'Path C:\\new is fine,\tthe rest is not.',
      status: 'New',
      priority: 'P9',
      team: 'Network Ops',
      caller: 'tom.kessler@acme.example',
      location_id: null,
      ci_id: null,
    },
    {
      clientTicketNumber: 'INC0000020',
      ticketType: 'Incident',
      status: 'open',
      shortDescription: 'Port flaps on core-sw-oma-01',
      description: 'Path C:\\new is fine,\tthe rest is not.',
      group: 'Ensono Network Support',
      priority: '3',
      contactName: 'Tom Kessler',
      contactEmail: 'tom.kessler@acme.example',
      contactPhone: '',
      cis: '',
      closeNotes: '',
      comments: [],
    },
  ],
  INC0000021: [
    {
      ...atAcme,
      title: 'Tape library 2 reports an open door',
      description: 'The door sensor has been on since 03:12.\nNobody is on site.',
      status: 'New',
      priority: 'P2',
      team: 'Mainframe Ops',
      caller: 'bridge@acme.example',
      // The provider's closeNotes are an empty text, not nothing.
      resolution: '',
      location_id: null,
      ci_id: null,
    },
    {
      clientTicketNumber: 'INC0000021',
      ticketType: 'Incident',
      status: 'open',
      shortDescription: 'Tape library 2 reports an open door',
      description: 'The door sensor has been on since 03:12.\nNobody is on site.',
      group: 'Ensono Mainframe',
      priority: '2',
      contactName: 'Provider Service Desk',
      contactEmail: 'servicedesk@provider.example',
      contactPhone: '',
      cis: '',
      closeNotes: '',
      comments: [],
    },
  ],
};
const atGlobex = { env_cd: 'PROD', solution_text: null };
/** By number: the row at Globex, without the provider's number, and the ticket at the provider. */
export const GLOBEX_AT_THE_END: BothSides = {
  'GX-00101': [
    {
      ...atGlobex,
      case_type: 'IN',
      subject: 'Filesystem /oracle/arch voll auf gxdb07',
      long_text:
        'Archive-Logs werden seit 04:10 nicht mehr geschrieben, die Datenbank steht.\n' +
        'Platz bis 95 % wurde schon einmal von Hand freigeräumt.',
      state_cd: 2,
      impact_cd: 'high',
      urgency_cd: 'high',
      team: 'UNIX',
      login: 'KBRANDT',
      mod_user: 'EBRIDGE',
    },
    {
      ...GO_LIVE['GX-00101'],
      status: 'workinprogress',
      comments: [
        ...GO_LIVE['GX-00101'].comments,
        theirComment('Logs bis 02:00 sind ausgelagert, 40 % frei.', 'Katrin Brandt', SOME_MINUTE),
        providersComment('Platz wird um 200 GB erweitert.'),
        providersComment('Erledigt bis 18 Uhr.'),
      ],
    },
  ],
  'GX-00102': [
    {
      ...atGlobex,
      case_type: 'IN',
      subject: 'SAN-Pfade zu gxesx12 fehlen',
      long_text: 'Nur noch ein Pfad aktiv.',
      state_cd: 2,
      impact_cd: 'medium',
      urgency_cd: 'high',
      team: 'STORAGE',
      login: 'MSOMMER',
      mod_user: 'EBRIDGE',
    },
    {
      ...GO_LIVE['GX-00102'],
      shortDescription: 'SAN-Pfade zu gxesx12 fehlen',
      description:
        'Nur noch ein Pfad aktiv.' +
        block('Environment: PROD', 'Maintenance window: So 02:00 - 06:00', 'Asset tag: GX-ESX-0012'),
    },
  ],
  'GX-00103': [
    {
      ...atGlobex,
      case_type: 'SR',
      subject: 'Rücksicherung Verzeichnis Q:/Vertrieb/Angebote',
      long_text: 'Stand von gestern Abend genügt.',
      state_cd: 7,
      impact_cd: 'low',
      urgency_cd: 'medium',
      team: 'BACKUP',
      login: 'AYILMAZ',
      solution_text: 'Zurückgespielt.',
      mod_user: 'EBRIDGE',
    },
    { ...GO_LIVE['GX-00103'], status: 'closed', closeNotes: 'Zurückgespielt.' },
  ],
  'GX-00107': [
    {
      ...atGlobex,
      case_type: 'SR',
      subject: 'Snapshots 30 Tage aufbewahren',
      long_text: 'Vorgabe der Revision.',
      state_cd: 7,
      impact_cd: 'high',
      urgency_cd: 'low',
      team: 'UNIX',
      login: 'JVOGEL',
      solution_text: 'Auf 30 Tage gestellt.',
      mod_user: 'EBRIDGE',
    },
    {
      ...GO_LIVE['GX-00107'],
      status: 'closed',
      shortDescription: 'Snapshots 30 Tage aufbewahren',
      group: 'Ensono Unix',
      impact: '1',
      closeNotes: 'Auf 30 Tage gestellt.',
    },
  ],
  'GX-00110': [
    {
      ...atGlobex,
      case_type: 'SR',
      subject: 'sudo-Rechte für das Deployment-Konto',
      long_text: 'Nur systemctl restart globex-web auf gxweb01 bis gxweb04.',
      state_cd: 1,
      impact_cd: 'low',
      urgency_cd: 'medium',
      team: 'UNIX',
      login: 'MSOMMER',
      mod_user: 'EBRIDGE',
    },
    GO_LIVE['GX-00110'],
  ],
  'GX-00111': [
    {
      ...atGlobex,
      case_type: 'SR',
      subject: 'Sicherungsfenster für gxmail03 verlängern',
      long_text: 'Die Sicherung läuft über das Fenster hinaus: C:\\Daten ist größer als „geplant“.',
      state_cd: 1,
      impact_cd: 'medium',
      urgency_cd: 'high',
      team: 'BACKUP',
      login: 'EBRIDGE',
      solution_text: '',
      mod_user: 'EBRIDGE',
    },
    {
      clientTicketNumber: 'GX-00111',
      ticketType: 'Request',
      status: 'open',
      shortDescription: 'Sicherungsfenster für gxmail03 verlängern',
      description: 'Die Sicherung läuft über das Fenster hinaus: C:\\Daten ist größer als „geplant“.',
      group: 'Ensono Backup',
      impact: '2',
      urgency: '1',
      contactName: 'Provider Service Desk',
      contactEmail: 'servicedesk@provider.example',
      contactPhone: '',
      cis: '',
      closeNotes: '',
      comments: [],
    },
  ],
};

/** The two files that a school exports from ONDE, as `domain.md` describes them. No real person. */
const pupilsHeader =
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe"
const guardiansHeader =
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants'

const pupil = (lastName: string, firstName: string, birth: string, level: string, address: string) =>
  `${lastName};;${firstName};${birth};F;;${address};14550;BLAINVILLE-SUR-ORNE;FRANCE;;;;;CYCLE II;${level};${level} A;12`
const guardian = (lastName: string, firstName: string, address: string, phone: string, children: readonly string[]) =>
  `MME;;${lastName};${firstName};${address};14550;BLAINVILLE-SUR-ORNE;FRANCE;${firstName.toLowerCase()}@example.fr;;;${phone};${children
    .map((child) => `;${lastName};${child};CP A`)
    .join(';')}`

const csv = (name: string, lines: readonly string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(lines.join('\r\n'), 'latin1'),
})

/** Margot and Ulysse Carpentier, Élise Le Goff. */
export const pupilsFile = csv('eleves.csv', [
  pupilsHeader,
  pupil('CARPENTIER', 'Margot', '14/03/2020', 'CP', '8 rue des Tilleuls'),
  pupil('CARPENTIER', 'Ulysse', '02/05/2021', 'GS', '8 rue des Tilleuls'),
  pupil('LE GOFF', 'Élise', '21/09/2019', 'CE1', '2 impasse du Lavoir'),
])
export const guardiansFile = csv('responsables.csv', [
  guardiansHeader.replaceAll('’', "'"),
  guardian('CARPENTIER', 'Agathe', '8 rue des Tilleuls', '06 12 34 56 78', ['Margot', 'Ulysse']),
  guardian('LE GOFF', 'Solenn', '2 impasse du Lavoir', '06 98 76 54 32', ['Élise']),
])

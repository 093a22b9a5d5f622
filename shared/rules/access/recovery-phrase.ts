/**
 * The recovery phrase: fifteen words that decrypt health records and backups when the computer's own key is lost. 128
 * random bits and a 7-bit checksum, nine bits a word.
 */

/**
 * 512 common French words without accents, distinct in their first four letters and by at least two letters anywhere: a
 * misread, misheard or mistyped word is detected.
 */
export const phraseWords: readonly string[] = `
  abeille abricot acacia acier adresse agenda agneau aigle ailleurs album algue aliment alouette amande ambre
  ampoule ananas ancre anorak antenne aquarium arcade ardoise argent armoire arrosoir artiste asperge assiette
  astre atelier atlas attente auberge automne avenue avion avocat avril bagage baguette balade baleine bambou
  banane baobab baril basilic bassin bateau batterie berceau beurre biberon bijou billet biscuit bison blanc
  blouse bocal boisson bolide bonbon bonnet bordure botte bouchon bougie boussole brebis brioche brise brocoli
  brosse brume budget buffle bulle bureau cabane cactus cadeau cadran cahier caillou caisse calcul camion canard
  canot caramel carotte cascade casque castor ceinture centre cerise chaise chameau charrue chemin chiffre
  chocolat cible cigale cigogne ciment cirque ciseau citron clairon classe clavier client climat cloche cobaye
  cocon coffre collier colombe concert copain coquille corail corbeau costume couleur cousin crabe crayon crochet
  cuivre culture cycle cygne dalle danse datte dauphin demain dentelle diamant dinde disque docile doigt domino
  dorade douceur dragon drapeau droite dune duvet encrier enfant engin escalier espace exemple explorer faisan
  falaise famille fanfare farine faucon fauteuil fenouil ferme festin feuille ficelle figue filet flamme fleur
  flocon folklore fontaine fourmi fraise frite fromage fruit fusain galet galop gamelle garage gardien gazon genou
  gerbe girafe givre glace globe glycine golfe gomme gorille gourde grain grenier griffe grotte groupe guichet
  guitare gymnase hamster hangar haricot harpe heure hibou histoire hiver homard horloge huile igloo iguane image
  indigo insecte invite ivoire jacinthe jaguar jambon janvier jardin jasmin jaune javelot jeton jeudi joie joueur
  journal joyeux jumelle jungle jupe kayak kimono kiosque kiwi koala lacet lagune laine laitue lampe langue lapin
  lavande lecteur lentille lettre levure licorne lierre ligne lilas limace lionne loisir loterie loutre lucarne
  luge lundi machine magasin maison mammouth manteau marbre mardi margelle marron matelas matin mazout melon
  menthe mercredi merle message meuble miel mimosa minute miracle mobile moment monde moquette morceau moteur
  mouche moulin mouton muguet musique nageur nature navet navire neige neutre niche noisette nord nougat novembre
  noyau nuage nuit nylon oasis objet octobre odeur oignon olive omelette once orange oreille orge orient ortie
  osier ouest ourson outil paille pain palmier panda panier paquet parfum pastel pavillon paysage peigne peluche
  pendule perdrix persil peuplier phare phoque photo piano picnic pigeon pilote pinceau pingouin pioche pirate
  piscine piste pivert pivoine placard pluie poivre poney pont portail potager poulain prairie praline prince
  prune puits pupitre puzzle pyjama pyramide python quiche quille rabot racine radis rafale raisin rapide raquette
  raton reflet refuge regard reine remorque repas requin rhubarbe rideau rivage robe robinet rocher roman rouge
  ruban ruche rugby ruisseau sachet safran samedi sandale sardine saumon savane savon science seigle semaine
  serpent serrure sieste signal silence singe sirop soixante soleil sommet sonate sorbet soupe source stade studio
  stylo sucre table talent tambour tarte tasse taupe taureau taxi temple tente terrain thermos ticket tigre
  tilleul timbre tiroir tisane toboggan toile tomate tonneau topaze torche tortue toucan toupie tracteur triangle
  tricot trousse truite tulipe tunnel turban tuyau uniforme usine vacances vague valise vallon vanille vapeur
  velours vendredi verger vernis verre village violon virage vitrine voisin volcan volet voyage wagon yaourt yoga
  zigzag zinc
`
  .trim()
  .split(/\s+/)

/** Bytes of the secret that a phrase encodes. */
export const phraseBytes = 16
export const phraseLength = 15

export const phraseOf = (secret: Uint8Array): string[] => {
  const bits = secret.reduce((read, byte) => (read << 8n) | BigInt(byte), 0n)
  const whole = (bits << 7n) | BigInt(checksum(secret))
  return Array.from({ length: phraseLength }, (_, position) => {
    const at = Number((whole >> BigInt(9 * (phraseLength - 1 - position))) & 511n)
    return phraseWords[at] ?? ''
  })
}

/** Normalises a typed word to the list's spelling: no capitals, accents or other characters. */
const typedWord = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')

/**
 * Decodes a typed phrase: the secret, or what to correct. Word numbers, commas and line breaks may separate the words,
 * and the first four letters of a word are enough.
 */
export const readPhrase = (text: string): { readonly secret: Uint8Array } | { readonly problem: string } => {
  const typed = text
    .split(/[\s,;.\d-]+/)
    .map(typedWord)
    .filter((word) => word !== '')
  for (const [place, word] of typed.entries()) {
    if (indexOfWord(word) !== undefined) continue
    const near = phraseWords.find((known) => isNear(known, word))
    return {
      problem: `Le mot ${place + 1}, «\u00a0${word}\u00a0», n’est pas un mot de la feuille.${near === undefined ? '' : ` Est-ce «\u00a0${near}\u00a0»\u00a0?`}`,
    }
  }
  if (typed.length !== phraseLength) {
    return {
      problem: `La phrase de secours a ${phraseLength} mots\u00a0: ${typed.length === 0 ? 'aucun n’est tapé' : typed.length === 1 ? 'un seul est tapé' : `${typed.length} sont tapés`}.`,
    }
  }
  const whole = typed.reduce((read, word) => (read << 9n) | BigInt(indexOfWord(word) ?? 0), 0n)
  const secret = new Uint8Array(phraseBytes)
  for (let at = 0; at < phraseBytes; at += 1) {
    secret[at] = Number((whole >> BigInt(7 + 8 * (phraseBytes - 1 - at))) & 255n)
  }
  return checksum(secret) === Number(whole & 127n)
    ? { secret }
    : {
        problem:
          'Deux mots sont inversés, ou l’un est pris pour un autre\u00a0: relisez la feuille, dans l’ordre des numéros.',
      }
}

/** Whether a typed word is the word printed on the sheet. */
export const isSameWord = (typed: string, word: string): boolean =>
  indexOfWord(typedWord(typed)) === indexOfWord(word) && indexOfWord(word) !== undefined

const indexByWord = new Map(phraseWords.flatMap((word, at) => [[word, at] as const, [word.slice(0, 4), at] as const]))

const indexOfWord = (word: string): number | undefined => indexByWord.get(word)

/** CRC-7 (polynomial x⁷ + x³ + 1): detects 127 of 128 errors; the authenticated decryption detects the others. */
const checksum = (bytes: Uint8Array): number => {
  let rest = 0
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const isOdd = ((rest >> 6) ^ (byte >> bit)) & 1
      rest = (rest << 1) & 127
      if (isOdd === 1) rest ^= 0x09
    }
  }
  return rest
}

/** Whether two words differ by one letter added, missing or replaced, or by two letters swapped. */
const isNear = (known: string, word: string): boolean => {
  const at = known.split('').findIndex((letter, place) => letter !== word[place])
  if (at < 0) return word.length <= known.length + 1
  const [rest, other] = [known.slice(at), word.slice(at)]
  return (
    rest.slice(1) === other.slice(1) ||
    rest.slice(1) === other ||
    rest === other.slice(1) ||
    (rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2))
  )
}

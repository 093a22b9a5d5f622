/** Common French names, combined at random into invented people. */
export const familyNames =
  `Aubry Auvray Bazin Bellanger Besnard Bisson Blanchard Bocquet Bouvier Brunet Carpentier Chevalier
Colin Cordier Costard Couturier Dajon Daubert Debray Delacour Delaunay Delisle Denis Desmarais Dubosq Duhamel Dumont
Duval Enault Fauvel Ferrand Fontaine Fouquet Gaillard Garnier Gauthier Gilles Girard Godefroy Gosselin Gouin Guérin
Guillard Hamel Hébert Heurtaux Huard Hubert Jeanne Jouan Jourdan Lacroix Lair Lambert Langlois Laurent Lebas Lebrun
Leclerc Lecointe Lecoq Ledoux Lefèvre Legrand Lehoux Lejeune Lemaire Lemoine Lenoir Lepage Leroux Leroy Lesage Letellier
Levasseur Loisel Louvel Maillard Mallet Marais Marie Martel Masson Mauger Ménard Mercier Meunier Michel Moisson
Morel Moulin Noël Olivier Paris Pasquier Pelletier Perrin Picard Pichon Poirier Poisson Prévost Quesnel Renard Renaud
Renouf Richard Robin Roger Rolland Roussel Ruel Salmon Sauvage Sébire Simon Tanguy Tessier Thierry Thorel Tirel Vallée
Vasseur Vautier Vernon Vidal Villain Vincent Voisin Yvon Benali Diallo Da-Silva Ferreira Haddad Kowalski Nguyen Traoré`.split(
    /\s/,
  )

export const girls =
  `Adèle Agathe Alice Alma Ambre Anna Apolline Camille Capucine Charlie Chloé Clara Clémence Constance
Élise Élina Emma Emy Éva Fatou Giulia Inès Iris Jade Jeanne Julia Juliette Lana Léa Léna Léonie Lila Lina Lise Lola Lou
Louise Louison Lucie Lya Maëlys Manon Margaux Margot Maya Mia Mila Nina Nour Olivia Romane Romy Rose Salomé Sara Sofia
Soline Suzanne Thaïs Victoire Victoria Zélie Zoé`.split(/\s/)

export const boys =
  `Aaron Abel Adam Alexandre Amadou Antoine Arthur Augustin Auguste Ayden Baptiste Basile Camille Charlie Côme
Éden Eliott Élio Enzo Ethan Gabin Gabriel Gaspard Hugo Ibrahim Imran Isaac Ismaël Jules Kylian Léandre Léo Léon Liam Loan
Louis Lucas Lyam Maël Malo Malone Marceau Marius Mathis Maxence Milo Naël Naïm Nathan Nino Noa Noah Noé Oscar Paul Raphaël
Robin Sacha Samuel Simon Soan Tao Théo Thibault Tiago Tim Timéo Tom Valentin Victor Yanis Youri`.split(/\s/)

export const women =
  `Adeline Alexandra Amandine Amélie Angélique Anne Audrey Aurélie Aurore Bénédicte Caroline Cécile Céline
Charlotte Christelle Claire Coralie Delphine Élodie Émilie Estelle Fanny Gaëlle Hélène Inès Jennifer Jessica Julie Justine
Karine Laetitia Laura Laure Lucie Magali Manon Marie Marina Marine Marion Mathilde Maud Mélanie Mélissa Morgane Nadia
Noémie Ophélie Pauline Priscilla Sabrina Samira Sandra Sarah Séverine Solène Sonia Sophie Stéphanie Vanessa Virginie`.split(
    /\s/,
  )

export const men =
  `Adrien Alexandre Alexis Anthony Antoine Arnaud Aurélien Bastien Benjamin Benoît Cédric Charles Christophe
Clément Cyril Damien David Denis Emmanuel Étienne Fabien Florent Florian Franck Frédéric Gaël Geoffrey Grégory Guillaume
Hakim Jérémy Jérôme Jonathan Julien Karim Kévin Laurent Ludovic Mathieu Matthieu Maxime Mickaël Mohamed Nicolas Olivier
Quentin Raphaël Rémi Romain Samuel Sébastien Simon Stéphane Steven Sylvain Thibaut Thomas Vincent William Yann Yohan`.split(
    /\s/,
  )

export const streets = [
  'rue des Tilleuls',
  'rue des Pommiers',
  'allée des Mésanges',
  'rue du Canal',
  'rue de l’Église',
  'rue des Écoles',
  'impasse du Lavoir',
  'rue du Moulin',
  'chemin du Halage',
  'rue des Cerisiers',
  'avenue des Marronniers',
  'rue du Port',
  'rue des Peupliers',
  'place de la Fontaine',
  'allée des Hirondelles',
  'rue du Champ-Fleuri',
  'rue des Maraîchers',
  'sente aux Moines',
  'rue de la Vallée',
  'rue du Clos-Joli',
  'allée des Bouleaux',
  'rue des Carriers',
] as const

export const neighbours = [
  ['14970', 'Bénouville'],
  ['14112', 'Biéville-Beuville'],
  ['14880', 'Colleville-Montgomery'],
  ['14150', 'Ouistreham'],
  ['14970', 'Saint-Aubin-d’Arquenay'],
] as const

// Names as people have them and as nobody has them, which every page has to bear.

export const extremes = {
  /** No browser breaks it by itself. */
  wide: 'W'.repeat(100),
  word: 'Donaudampfschifffahrtselektrizitatenhaus',
  /** Hebrew that ends in a number and a sign, which belong to it. */
  hebrew: 'דוד בן־גוריון (12)',
  arabic: 'عبد'.repeat(33),
  mixed: 'Ana (שלום) مريم 34',
  chinese: '王'.repeat(100),
  username: 'w'.repeat(50),
  email: `${'m'.repeat(64)}@${'w'.repeat(60)}.example`,
};
